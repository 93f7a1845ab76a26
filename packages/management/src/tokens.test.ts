import { afterEach, beforeEach, expect, test } from 'vitest';
import { idsOf, openWorld, rowsOf, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

interface Created {
  readonly id: string;
  readonly value: string;
}

const create = async (body: Record<string, unknown>) => {
  const answer = await world.call('POST', '/tokens', body);
  return { ...answer, result: answer.body.result as Created };
};

test('a token is for calls unless stated, and its value is in this answer', async () => {
  const { status, result } = await create({ name: 'shop' });
  expect(status).toBe(200);
  expect(result).toEqual({
    id: expect.any(String),
    name: 'shop',
    kind: 'gateway',
    role: null,
    gateway_id: null,
    created_at: expect.stringMatching(/Z$/),
    value: expect.stringMatching(/^sluice_[\w-]{43}$/),
  });
  expect(await world.storage.tokens.verify(result.value)).toMatchObject({ account: 'acme', kind: 'gateway' });
});

test('a token can be for one gateway', async () => {
  const { result } = await create({ name: 'shop', gateway_id: 'prod' });
  expect(result).toMatchObject({ gateway_id: 'prod' });
  expect(await world.storage.tokens.verify(result.value)).toMatchObject({ gateway: 'prod' });
});

test('a management token opens this API', async () => {
  const { result } = await create({ name: 'ci', kind: 'management' });
  const headers = { authorization: `Bearer ${result.value}` };
  const { status } = await world.app.request('/client/v4/accounts/acme/ai-gateway/tokens', { headers });
  expect(status).toBe(200);
});

test.each([
  [{}, ['name'], 'Required: "name" must be a string.'],
  [{ name: '' }, ['name'], `"name" must be at least 1 characters long, received ''.`],
  [{ name: 'a', kind: 'root' }, ['kind'], `"kind" must be 'gateway' | 'management', received 'root'.`],
  [{ name: 'a', gateway_id: 'lost' }, ['gateway_id'], 'Account "acme" has no gateway "lost".'],
  [
    { name: 'a', kind: 'management', gateway_id: 'prod' },
    ['gateway_id'],
    expect.stringContaining('A management token is for the whole account'),
  ],
  [{ name: 'a', role: 'viewer' }, ['role'], expect.stringContaining('A token of kind "gateway" has no role')],
  [
    { name: 'a', kind: 'management', role: 'root' },
    ['role'],
    `"role" must be 'owner' | 'editor' | 'viewer', received 'root'.`,
  ],
  [{ name: 'a', value: 'sk-test-mine' }, ['value'], 'Unknown field "value".'],
])('%j is refused with the field', async (body, path, message) => {
  const answer = await create(body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toEqual([{ code: 7001, message, path: ['body', ...path] }]);
});

test('a list is paged, counted, and holds nothing of the secrets', async () => {
  const values = [world.token];
  for (const name of ['a', 'b']) values.push((await create({ name })).result.value);
  const { body } = await world.call('GET', '/tokens?per_page=2');
  expect(body.result_info).toEqual({ page: 1, per_page: 2, count: 2, total_count: 3 });
  expect((await world.call('GET', '/tokens?per_page=2&page=3')).body.result).toEqual([]);
  const all = (await world.call('GET', '/tokens')).body;
  expect(rowsOf(all)).toHaveLength(3);
  for (const row of rowsOf(all)) expect(Object.keys(row).sort()).toEqual(FIELDS);
  for (const value of values) expect(JSON.stringify(all)).not.toContain(value);
});

const FIELDS = ['created_at', 'gateway_id', 'id', 'kind', 'name', 'role'];

test('a revoked token is the answer, and works no more', async () => {
  const { result } = await create({ name: 'shop', gateway_id: 'prod' });
  await world.storage.tokens.verify(result.value);
  const { value, ...shown } = result;
  const { status, body } = await world.call('DELETE', `/tokens/${result.id}`);
  expect(status).toBe(200);
  expect(body.result).toEqual(shown);
  expect(await world.storage.tokens.verify(value)).toBeUndefined();
  expect(await world.call('DELETE', `/tokens/${result.id}`)).toMatchObject({
    status: 404,
    body: { errors: [{ code: 7002 }] },
  });
});

test('a token can not revoke itself', async () => {
  const [own] = idsOf((await world.call('GET', '/tokens')).body);
  const { status, body } = await world.call('DELETE', `/tokens/${own}`);
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ code: 7001, message: expect.stringContaining('another management token') }]);
  expect((await world.call('GET', '/tokens')).status).toBe(200);
});

test('a management token reads alone unless it is given another role', async () => {
  const { result } = await create({ name: 'board', kind: 'management' });
  expect(result).toMatchObject({ role: 'viewer' });
  expect((await create({ name: 'ci', kind: 'management', role: 'editor' })).result).toMatchObject({ role: 'editor' });
  const { body } = await world.call('GET', `/tokens/${result.id}`);
  const { value: _, ...shown } = result;
  expect(body.result).toEqual(shown);
});

test('a token that gets another role has it with the next request', async () => {
  const { result } = await create({ name: 'ci', kind: 'management', role: 'editor' });
  const purge = () => statusAs(result.value, 'POST', '/gateways/prod/cache/purge');
  expect(await purge()).toBe(400);
  const { status, body } = await world.call('PATCH', `/tokens/${result.id}`, { name: 'board', role: 'viewer' });
  expect(status).toBe(200);
  expect(body.result).toMatchObject({ id: result.id, name: 'board', role: 'viewer' });
  expect(await purge()).toBe(403);
});

test.each([
  [{}, ['body'], 'Say what is to change: "name", "role" or both.'],
  [{ role: 'root' }, ['body', 'role'], expect.stringContaining("'owner' | 'editor' | 'viewer'")],
  [{ kind: 'gateway' }, ['body', 'kind'], 'Unknown field "kind".'],
])('a change of %j is refused', async (change, path, message) => {
  const { result } = await create({ name: 'ci', kind: 'management' });
  const answer = await world.call('PATCH', `/tokens/${result.id}`, change);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toContainEqual({ code: 7001, message, path });
});

test('a token for calls gets another name, and no role', async () => {
  const { result } = await create({ name: 'shop' });
  expect((await world.call('PATCH', `/tokens/${result.id}`, { name: 'store' })).status).toBe(200);
  const { status, body } = await world.call('PATCH', `/tokens/${result.id}`, { role: 'owner' });
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ code: 7001, path: ['body', 'role'] }]);
});

test('a rotated token has a new value, shown once, and the old one works no more', async () => {
  const { result } = await create({ name: 'ci', kind: 'management' });
  expect(await statusAs(result.value, 'GET', '/tokens')).toBe(200);
  const { status, body } = await world.call('PUT', `/tokens/${result.id}/value`);
  const rotated = body.result as Created;
  expect(status).toBe(200);
  expect(rotated).toEqual({ ...result, value: expect.stringMatching(/^sluice_[\w-]{43}$/) });
  expect(rotated.value).not.toBe(result.value);
  expect(await statusAs(result.value, 'GET', '/tokens')).toBe(401);
  expect(await statusAs(rotated.value, 'GET', '/tokens')).toBe(200);
  expect(JSON.stringify((await world.call('GET', `/tokens/${result.id}`)).body)).not.toContain(rotated.value);
});

test('the last owner can be neither demoted nor revoked', async () => {
  const [own] = idsOf((await world.call('GET', '/tokens')).body);
  const demoted = await world.call('PATCH', `/tokens/${own}`, { role: 'editor' });
  expect(demoted.status).toBe(400);
  expect(demoted.body.errors).toMatchObject([{ code: 7001, message: expect.stringContaining('the last owner') }]);
  const other = (await create({ name: 'other', kind: 'management', role: 'owner' })).result;
  expect((await world.call('PATCH', `/tokens/${own}`, { role: 'editor' })).status).toBe(200);
  expect((await world.call('DELETE', `/tokens/${other.id}`)).status).toBe(403);
});

test.each(['GET', 'PATCH', 'DELETE'])('%s of a token of another account is 404', async (method) => {
  await world.storage.accounts.ensure('other');
  const { id, token } = await world.storage.tokens.create({ account: 'other', name: 'theirs' });
  const body = method === 'PATCH' ? { name: 'mine' } : undefined;
  expect((await world.call(method, `/tokens/${id}`, body)).status).toBe(404);
  expect((await world.call('PUT', `/tokens/${id}/value`)).status).toBe(404);
  expect(await world.storage.tokens.verify(token)).toMatchObject({ name: 'theirs' });
});

test.each(['/user', '/accounts/acme'])('%s/tokens/verify says that a token works, as published', async (place) => {
  const [id] = idsOf((await world.call('GET', '/tokens')).body);
  const headers = { authorization: `Bearer ${world.token}` };
  const answer = await world.app.request(`/client/v4${place}/tokens/verify`, { headers });
  expect(await answer.json()).toEqual({
    success: true,
    errors: [],
    messages: [{ code: 10000, message: 'This API Token is valid and active' }],
    result: { id, status: 'active' },
  });
});

async function statusAs(token: string, method: string, path: string): Promise<number> {
  const url = `/client/v4/accounts/acme/ai-gateway${path}`;
  return (await world.app.request(url, { method, headers: { authorization: `Bearer ${token}` } })).status;
}
