import { beforeAll, describe, expect, test } from 'vitest';
import { createGateway, manage } from '../clients/manage.ts';
import { type Answer, ask } from '../runtime/client.ts';
import { administer, expectGatewayError } from '../runtime/gateways.ts';
import { chat, chats, eventually, rowIds, tally } from './calls.ts';
import type { Premises } from './premises.ts';

/** What was known stays in force without PostgreSQL, what was not is refused, and no row is lost. */
export function testPostgresAway(premises: () => Premises): void {
  describe.each([
    ['killed', ({ postgres }: Premises) => postgres.kill(), ({ postgres }: Premises) => postgres.restart()],
    ['held still', ({ postgres }: Premises) => postgres.pause(), ({ postgres }: Premises) => postgres.resume()],
  ] as const)('while PostgreSQL is %s', (how, takeAway, bringBack) => {
    const id = `known-${how.replace(' ', '-')}`;
    let token: Readonly<Record<string, string>>;
    const answered: Answer[] = [];
    beforeAll(async () => {
      const { both } = premises();
      await createGateway(both[0], { id, authentication: true });
      const wanted = { name: id, kind: 'gateway', gateway_id: id };
      const { value } = await manage<{ value: string }>(both[0], 'POST', 'tokens', wanted);
      token = { 'cf-aig-authorization': `Bearer ${value}` };
      const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored' };
      await manage(both[0], 'POST', `gateways/${id}/provider_configs`, key);
      answered.push(...(await chats(both, id, 2, { headers: token, isKeyless: true })));
      await takeAway(premises());
    });

    test('calls of gateways, tokens and keys that were seen before pass, also when those are no longer fresh', async () => {
      const { both, upstream } = premises();
      const until = performance.now() + LONGER_THAN_FRESH_MS;
      while (performance.now() < until) {
        answered.push(...(await chats(both, id, 2, { headers: token, isKeyless: true })));
      }
      expect(tally(answered)).toEqual({ 200: answered.length });
      expect(upstream.requests.at(-1)?.headers.authorization).toBe('Bearer sk-test-stored');
    });

    test("calls of an open gateway with the client's own key pass, though nobody can say that it is no token of ours", async () => {
      expect(tally(await chats(premises().both, 'default', 20))).toEqual({ 200: 20 });
    });

    test('a gateway and a token that were never seen are refused, and so is management', async () => {
      const [process] = premises().both;
      const [gateway, stranger, listed] = await Promise.all([
        chat(process, 'never-seen'),
        chat(process, id, { headers: { 'cf-aig-authorization': 'Bearer token-test-never-seen' } }),
        administer(process, 'gateways'),
      ]);
      expectGatewayError(gateway, 503, 2107);
      expectGatewayError(stranger, 503, 2107);
      answered.push(stranger);
      expect(listed.status).toBe(503);
      expect((await ask(`${process.url}/health`)).status).toBe(200);
    });

    test('rows wait, and are all there once when it is back', async () => {
      const { both } = premises();
      await bringBack(premises());
      const ids = answered.map(({ headers }) => String(headers['cf-aig-log-id'])).sort();
      await eventually(async () => expect([...(await rowIds(both[0], id))].sort()).toEqual(ids));
      await createGateway(both[1], { id: `${id}-later` });
      expect((await chat(both[0], `${id}-later`)).status).toBe(200);
    });
  });
}

/** Settings are asked for again after one second. */
const LONGER_THAN_FRESH_MS = 1500;
