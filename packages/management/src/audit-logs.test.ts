import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewayBody, idsOf, openWorld, rowsOf, type World } from '../test/open-world.ts';

let world: World;
let time: number;
beforeEach(async () => {
  time = Date.UTC(2026, 9, 1);
  world = await openWorld({ now: () => time++ });
});
afterEach(() => world.storage.close());

const entries = async (query = '') => rowsOf((await world.call('GET', `/audit_logs${query}`)).body);

test('every change of a gateway is written down with who, before and after', async () => {
  const [id] = idsOf((await world.call('GET', '/tokens')).body);
  const created = (await world.call('POST', '/gateways', gatewayBody('prod'))).body.result;
  const { id: _, ...change } = gatewayBody('prod', { cache_ttl: 60 });
  const updated = (await world.call('PUT', '/gateways/prod', change)).body.result;
  await world.call('POST', '/gateways/prod/cache/purge', { everything: true });
  await world.call('DELETE', '/gateways/prod');
  const shared = { actor: { id, name: 'test' }, resource: { type: 'ai_gateway.gateway', id: 'prod' } };
  const gateway = { id: 'prod', cache_ttl: 60 };
  expect(await entries()).toMatchObject([
    { ...shared, action: 'gateway.deleted', before: gateway, after: null },
    { ...shared, action: 'gateway.cache_purged', after: { purged: 'everything' } },
    { ...shared, action: 'gateway.updated', before: { cache_ttl: 0 }, after: gateway },
    { ...shared, action: 'gateway.created', before: null, after: { id: 'prod', cache_ttl: 0 } },
  ]);
  const [newest, , second, first] = await entries();
  expect(first?.after).toEqual(created);
  expect(second).toMatchObject({ before: created, after: updated });
  expect(newest).toEqual({
    id: expect.stringMatching(/^[\da-f-]{36}$/),
    created_at: expect.stringMatching(/^2026-10-01T/),
    ...shared,
    action: 'gateway.deleted',
    before: updated,
    after: null,
  });
});

test('credentials, tokens and sessions leave entries without their secrets', async () => {
  const secret = 'sk-test-of-a-vendor-1234';
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  const stored = { provider_slug: 'openai', alias: 'main', default_config: true, secret };
  const config = (await world.call('POST', '/gateways/prod/provider_configs', stored)).body.result as { id: string };
  const place = `/gateways/prod/provider_configs/${config.id}`;
  await world.call('PUT', place, { alias: 'main', default_config: false, secret: 'sk-test-another-of-it-5678' });
  await world.call('DELETE', place);
  const token = (await world.call('POST', '/tokens', { name: 'ci', kind: 'management' })).body.result as Token;
  await world.call('PATCH', `/tokens/${token.id}`, { role: 'editor' });
  const rotated = (await world.call('PUT', `/tokens/${token.id}/value`)).body.result as Token;
  await world.call('DELETE', `/tokens/${token.id}`);
  await world.app.request('/client/v4/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: world.token }),
  });
  const written = await entries();
  expect(written.map(({ action }) => action).reverse()).toEqual([
    'provider_config.created',
    'provider_config.updated',
    'provider_config.deleted',
    'token.created',
    'token.updated',
    'token.rotated',
    'token.deleted',
    'session.created',
  ]);
  expect(written).toContainEqual(
    expect.objectContaining({
      action: 'token.updated',
      before: expect.objectContaining({ role: 'viewer' }),
      after: expect.objectContaining({ role: 'editor' }),
    }),
  );
  for (const hidden of [secret, 'sk-test-another', token.value, rotated.value, world.token]) {
    expect(JSON.stringify(written)).not.toContain(hidden);
  }
});

interface Token {
  readonly id: string;
  readonly value: string;
}

test('secrets inside the settings of a gateway are masked', async () => {
  const otel = [{ url: 'https://otel.example/v1/traces', headers: { 'x-key': 'sk-test-otel' }, authorization: 'sk-1' }];
  const { status } = await world.call('POST', '/gateways', gatewayBody('prod', { otel }));
  expect(status).toBe(200);
  const [entry] = await entries();
  expect(entry?.after).toMatchObject({ otel: [{ headers: '[secret]', authorization: '[secret]' }] });
  expect(JSON.stringify(entry)).not.toMatch(/sk-/);
});

test('what is refused changes nothing and leaves no entry', async () => {
  await world.call('POST', '/gateways', gatewayBody('NO'));
  await world.call('DELETE', '/gateways/lost');
  const { token } = await world.storage.tokens.create({ account: 'acme', name: 'board', role: 'viewer' });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify(gatewayBody('prod'));
  await world.app.request('/client/v4/accounts/acme/ai-gateway/gateways', { method: 'POST', headers, body });
  expect(await entries()).toEqual([]);
});

test('entries are found by who, what and when, in pages', async () => {
  const moments = [];
  for (const id of ['a', 'b', 'c']) {
    moments.push(new Date(time).toISOString());
    await world.call('POST', '/gateways', gatewayBody(id));
  }
  await world.call('DELETE', '/gateways/a');
  const found = async (query: string) =>
    (await entries(`?${query}`)).map(({ action, resource }) => `${action} ${(resource as { id: string }).id}`);
  expect(await found('action=gateway.deleted')).toEqual(['gateway.deleted a']);
  expect(await found('resource_id=a')).toEqual(['gateway.deleted a', 'gateway.created a']);
  expect(await found('resource_type=ai_gateway.token')).toEqual([]);
  expect(await found('actor=nobody')).toEqual([]);
  expect(await found(`until=${moments[1]}`)).toEqual(['gateway.created a']);
  expect(await found(`since=${moments[2]}`)).toEqual(['gateway.deleted a', 'gateway.created c']);
  const { body } = await world.call('GET', '/audit_logs?per_page=3&page=2');
  expect(body.result_info).toEqual({ page: 2, per_page: 3, count: 1, total_count: 4 });
  expect((await world.call('GET', '/audit_logs?page=9')).body.result).toEqual([]);
});

test.each([
  ['since=yesterday', 'since'],
  ['user=ann', 'user'],
  ['per_page=101', 'per_page'],
])('%s is refused with its name', async (query, name) => {
  const { status, body } = await world.call('GET', `/audit_logs?${query}`);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ code: 7001, path: ['query', name] }]);
});

test('a change that can not be written down stays, and is reported with who made it', async () => {
  const reported: unknown[] = [];
  await world.storage.close();
  world = await openWorld({ report: (error) => reported.push(error) });
  const failure = new Error('disk full');
  Object.assign(world.storage.audit, { record: () => Promise.reject(failure) });
  expect((await world.call('POST', '/gateways', gatewayBody('prod'))).status).toBe(200);
  expect((await world.call('GET', '/gateways/prod')).status).toBe(200);
  expect(reported).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/"test" \([\da-f-]{36}\) made gateway\.created of "prod"/),
      cause: failure,
    }),
  ]);
});
