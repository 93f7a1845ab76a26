import { expect, test } from 'vitest';
import { manage } from '../clients/manage.ts';
import { administer, expectGatewayError, ownGateway } from './gateways.ts';
import type { Scene } from './scene.ts';

/** What is set up over the management API, and what comes of it. */
export function checkManagement(scene: () => Scene): void {
  test('8.8.23 a stored key is used only without a native credential, and an unknown alias is 400/2040', async () => {
    const { gateway, upstream } = scene();
    const { chat, id } = await ownGateway(scene(), { id: 'check-23' });
    const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored' };
    await manage(gateway, 'POST', `gateways/${id}/provider_configs`, key);
    await chat({ authorization: 'Bearer sk-test-own' });
    await chat({}, { keyless: true });
    const sent = upstream.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer sk-test-own', 'Bearer sk-test-stored']);
    const unknown = await chat({ 'cf-aig-byok-alias': 'nobodys' }, { keyless: true });
    expectGatewayError(unknown, 400, 2040);
    expect(unknown.text()).toContain('default');
    expect(upstream.requests).toHaveLength(2);
  });

  test('8.8.24 the required fields create a gateway, a PUT that misses one is 400/7001 with its path', async () => {
    const { gateway } = scene();
    await ownGateway(scene(), { id: 'check-24' });
    const refused = await administer(gateway, 'gateways/check-24', 'PUT', { cache_ttl: 0, collect_logs: true });
    expect(refused.status, refused.text()).toBe(400);
    const { success, errors } = refused.json<{ success: boolean; errors: { code: number; path?: unknown }[] }>();
    expect(success).toBe(false);
    expect(errors).toContainEqual(expect.objectContaining({ code: 7001, path: ['body', 'rate_limiting_limit'] }));
  });

  test('8.8.24 a list beyond its last page is empty', async () => {
    for (const list of ['gateways', 'gateways/default/logs']) {
      const answer = await administer(scene().gateway, `${list}?page=1000`);
      expect(answer.status).toBe(200);
      expect(answer.json<{ result: unknown[] }>().result).toEqual([]);
    }
  });
}
