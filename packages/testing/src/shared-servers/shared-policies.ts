import { describe, expect, test } from 'vitest';
import { createGateway, manage } from '../clients/manage.ts';
import { cacheStatusOf, chat, chats, eventually, hourly, settled, tally, untilHit } from './calls.ts';
import { type Premises, startForTest } from './premises.ts';

/** Limits count and caches answer as if the processes were one. */
export function testSharedPolicies(premises: () => Premises): void {
  describe('one Redis', () => {
    test.each(['fixed', 'sliding'])(
      'counts for all: of 200 calls at once, half to each process, a %s limit of 25 lets 25 through',
      async (technique) => {
        const { both, upstream } = premises();
        const id = `limit-${technique}`;
        await createGateway(both[0], { id, ...hourly(25), rate_limiting_technique: technique });
        expect(tally(await chats(both, id, 200))).toEqual({ 200: 25, 429: 175 });
        expect(upstream.requests).toHaveLength(25);
      },
    );

    test('may be missing: where PostgreSQL is alone it counts for all', async () => {
      const without = { SLUICE_REDIS_URL: '' };
      const { upstream } = premises();
      const both = await Promise.all([startForTest(premises(), without), startForTest(premises(), without)]);
      await createGateway(both[0], { id: 'limit-postgres', ...hourly(25) });
      expect(tally(await chats(both, 'limit-postgres', 200))).toEqual({ 200: 25, 429: 175 });
      expect(upstream.requests).toHaveLength(25);
    });

    test('answers for all: what one process cached the other serves', async () => {
      const { both, upstream } = premises();
      const [first, second] = both;
      await createGateway(first, { id: 'cache', cache_ttl: 300 });
      const kept = await chat(first, 'cache');
      await settled(first, 'cache', kept);
      const answer = await chat(second, 'cache');
      expect(cacheStatusOf(answer)).toBe('HIT');
      expect(answer.text()).toBe(kept.text());
      expect(upstream.requests).toHaveLength(1);
    });

    test('forgets for all: what was purged in one process the other asks for anew', async () => {
      const [first, second] = premises().both;
      await createGateway(first, { id: 'purged', cache_ttl: 300 });
      const keyed = { headers: { 'cf-aig-cache-key': 'mine' } };
      await untilHit(second, 'purged', keyed);
      await manage(first, 'POST', 'gateways/purged/cache/purge', { keys: ['mine'] });
      expect(cacheStatusOf(await chat(second, 'purged', keyed))).toBe('MISS');
      await untilHit(second, 'purged');
      await manage(first, 'POST', 'gateways/purged/cache/purge', { everything: true });
      await eventually(async () => expect(cacheStatusOf(await chat(second, 'purged'))).toBe('MISS'));
    });
  });
}
