import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGateway } from '../clients/manage.ts';
import type { LaunchedGateway } from '../launch.ts';
import { administer, expectGatewayError } from '../runtime/gateways.ts';
import { cacheStatusOf, chat, chats, hourly, settled, tally, untilHit, untilStatus } from './calls.ts';
import type { Premises } from './premises.ts';

/** Calls pass without Redis, and nobody waits for it. */
export function testRedisAway(premises: () => Premises): void {
  describe('one Redis that is away', () => {
    let strict: LaunchedGateway;
    beforeAll(async () => {
      strict = await premises().start({ SLUICE_CONFIG: '{"rateLimit":{"failOpen":false}}' });
    });
    afterAll(() => strict?.stop());

    describe.each([
      ['killed', ({ redis }: Premises) => redis.kill(), ({ redis }: Premises) => redis.restart()],
      ['held still', ({ redis }: Premises) => redis.pause(), ({ redis }: Premises) => redis.resume()],
    ] as const)('while it is %s', (how, takeAway, bringBack) => {
      const limited = `limited-${how.replace(' ', '-')}`;
      const cached = `cached-${how.replace(' ', '-')}`;
      beforeAll(async () => {
        const { both } = premises();
        await createGateway(both[0], { id: limited, ...hourly(1) });
        await createGateway(both[0], { id: cached, cache_ttl: 300 });
        await settled(both[0], cached, await untilHit(both[0], cached));
        await takeAway(premises());
      });
      afterAll(() => bringBack(premises()));

      test('calls pass uncounted, and the provider is asked for what was cached', async () => {
        const { both, upstream } = premises();
        expect(tally(await chats(both, limited, 40))).toEqual({ 200: 40 });
        const answers = await chats(both, cached, 2);
        expect(answers.map(cacheStatusOf)).toEqual(['MISS', 'MISS']);
        expect(upstream.requests).toHaveLength(42);
      });

      test('calls of a gateway with a limit are refused where rateLimit.failOpen is false', async () => {
        const { upstream } = premises();
        expectGatewayError(await chat(strict, limited), 503, 2107);
        expect((await chat(strict, cached)).status).toBe(200);
        expect(upstream.requests).toHaveLength(1);
      });

      test('a single key can not be purged, which is said, and a whole gateway can', async () => {
        const [process] = premises().both;
        const purge = (body: object) => administer(process, `gateways/${cached}/cache/purge`, 'POST', body);
        expect((await purge({ keys: ['mine'] })).status).toBe(503);
        expect((await purge({ everything: true })).status).toBe(200);
      });

      test('it is missed until it is back, and then limits count and the cache answers again', async () => {
        const { both } = premises();
        await chats(both, limited, 2);
        await bringBack(premises());
        for (const process of both) {
          await untilStatus(429, () => chat(process, limited));
          await untilHit(process, cached);
        }
      });
    });
  });
}
