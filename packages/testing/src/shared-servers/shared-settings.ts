import { describe, expect, test } from 'vitest';
import { createGateway, manage } from '../clients/manage.ts';
import type { LaunchedGateway } from '../launch.ts';
import { administer, expectGatewayError } from '../runtime/gateways.ts';
import { chat, chats, eventually, rowIds, tally, untilStatus } from './calls.ts';
import { type Premises, startForTest } from './premises.ts';

/** Whatever one process was told, the other knows. */
export function testSharedSettings(premises: () => Premises): void {
  describe('one database', () => {
    test('was empty when two processes started at once, and both serve', async () => {
      expect(tally(await chats(premises().both, 'default', 2))).toEqual({ 200: 2 });
    });

    test('holds gateways: each process serves what the other made, and follows its changes', async () => {
      const [first, second] = premises().both;
      const follow = async (maker: LaunchedGateway, other: LaunchedGateway, id: string): Promise<void> => {
        await createGateway(maker, { id });
        expect((await chat(other, id)).status).toBe(200);
        const { result } = (await administer(maker, `gateways/${id}`)).json<{ result: object }>();
        await manage(maker, 'PUT', `gateways/${id}`, { ...result, authentication: true });
        await untilStatus(401, () => chat(other, id));
        await manage(maker, 'DELETE', `gateways/${id}`);
        await untilStatus(400, () => chat(other, id));
      };
      await Promise.all([follow(first, second, 'made-by-first'), follow(second, first, 'made-by-second')]);
    });

    test('holds tokens: one that was revoked in one process opens nothing in the other', async () => {
      const [first, second] = premises().both;
      const gateway_id = 'with-tokens';
      await createGateway(first, { id: gateway_id, authentication: true });
      const wanted = { name: 'app', kind: 'gateway', gateway_id };
      const made = await manage<{ id: string; value: string }>(first, 'POST', 'tokens', wanted);
      const call = () => chat(second, gateway_id, { headers: { 'cf-aig-authorization': `Bearer ${made.value}` } });
      expect((await call()).status).toBe(200);
      await manage(first, 'DELETE', `tokens/${made.id}`);
      expectGatewayError(await untilStatus(401, call), 401, 2009);
    });

    test("holds providers' keys: what one process sealed the other opens", async () => {
      const { both, upstream } = premises();
      const [first, second] = both;
      await createGateway(first, { id: 'with-keys' });
      await storeKey(first, 'with-keys');
      expect((await chat(second, 'with-keys', { isKeyless: true })).status).toBe(200);
      expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test-stored-by-operator');
    });

    test('holds keys that another SLUICE_MASTER_KEY does not open: only calls that need one are refused', async () => {
      const { both } = premises();
      await createGateway(both[0], { id: 'with-sealed-keys' });
      await storeKey(both[0], 'with-sealed-keys');
      const stranger = await startForTest(premises(), {
        SLUICE_MASTER_KEY: 'another-master-key-than-all-the-others-have',
      });
      const refused = await chat(stranger, 'with-sealed-keys', { isKeyless: true });
      expectGatewayError(refused, 503, 2107);
      expect(refused.text()).toContain('SLUICE_MASTER_KEY');
      expect((await chat(stranger, 'with-sealed-keys')).status).toBe(200);
    });

    test('holds the log: either process lists what both wrote', async () => {
      const { both } = premises();
      await createGateway(both[0], { id: 'with-rows' });
      const answers = await chats(both, 'with-rows', 20);
      const written = answers.map(({ headers }) => headers['cf-aig-log-id']).sort();
      for (const process of both) {
        await eventually(async () => expect([...(await rowIds(process, 'with-rows'))].sort()).toEqual(written));
      }
    });
  });
}

function storeKey(process: LaunchedGateway, gateway: string): Promise<unknown> {
  const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored-by-operator' };
  return manage(process, 'POST', `gateways/${gateway}/provider_configs`, key);
}
