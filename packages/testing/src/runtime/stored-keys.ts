import { describe, expect, test } from 'vitest';
import { manage } from '../clients/manage.ts';
import { administer, ownGateway } from './gateways.ts';
import { CHAT_ANSWER } from './samples.ts';
import type { Scene } from './scene.ts';

/** Keys of vendors that the operator keeps: sent to their vendor, and shown to nobody. */
export function testStoredKeys(scene: () => Scene): void {
  const keep = (gateway: string, alias: string, secret: string, more: object = {}) =>
    manage(scene().gateway, 'POST', `gateways/${gateway}/provider_configs`, {
      provider_slug: 'openai',
      alias,
      default_config: alias === 'default',
      secret,
      ...more,
    });
  /** What authorization the vendor got, request by request. */
  const got = () => scene().upstream.requests.map(({ headers }) => headers.authorization);
  const keyless = { keyless: true };

  describe('stored keys', () => {
    test('take the place of the gateway token that stands where a key should', async () => {
      const { gateway } = scene();
      const { chat, id } = await ownGateway(scene(), { id: 'keys-token', authentication: true });
      await keep(id, 'default', 'sk-test-stored-by-operator');
      const token = { name: 'keys', kind: 'gateway', gateway_id: id };
      const { value } = await manage<{ value: string }>(gateway, 'POST', 'tokens', token);
      expect((await chat({ authorization: `Bearer ${value}` })).status).toBe(200);
      expect(got()).toEqual(['Bearer sk-test-stored-by-operator']);
    });

    test('are chosen by alias', async () => {
      const { chat, id } = await ownGateway(scene(), { id: 'keys-alias' });
      await keep(id, 'default', 'sk-test-first');
      await keep(id, 'second', 'sk-test-second');
      const answer = await chat({ 'cf-aig-byok-alias': 'second' }, keyless);
      expect(answer.status).toBe(200);
      expect(got()).toEqual(['Bearer sk-test-second']);
    });

    test('are in no answer of management, no log and no row', async () => {
      const { gateway, upstream } = scene();
      const secret = 'sk-test-SECRET-of-the-operator';
      const { chat, row, id } = await ownGateway(scene(), { id: 'keys-secret' });
      const created = await keep(id, 'default', secret);
      upstream.respond({ status: 401, headers: { 'content-type': 'application/json' }, body: CHAT_ANSWER });
      const answer = await chat({}, keyless);
      const listed = await administer(gateway, `gateways/${id}/provider_configs`);
      expect(got()).toEqual([`Bearer ${secret}`]);
      const shown = JSON.stringify([created, listed.text(), await row(answer), answer.headers, answer.text()]);
      expect(shown).not.toContain(secret);
      expect(gateway.logs()).not.toContain(secret);
      expect((await row(answer)).attempts[0]?.credential).toEqual(expect.any(String));
    });

    test('are needed where the gateway says so', async () => {
      const { upstream } = scene();
      const { chat } = await ownGateway(scene(), { id: 'keys-needed', byok_only: true });
      const answer = await chat({}, keyless);
      expect(answer.status).toBe(400);
      expect(upstream.requests).toHaveLength(0);
    });
  });
}
