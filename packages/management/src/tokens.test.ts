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

const FIELDS = ['created_at', 'gateway_id', 'id', 'kind', 'name'];

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

test('a token of another account is not there', async () => {
  await world.storage.accounts.ensure('other');
  const { id, token } = await world.storage.tokens.create({ account: 'other', name: 'theirs' });
  expect((await world.call('DELETE', `/tokens/${id}`)).status).toBe(404);
  expect(await world.storage.tokens.verify(token)).toBeDefined();
});
