import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, rowsOf, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const DATASETS = '/gateways/prod/datasets';
const filters = [
  { key: 'model', operator: 'contains', value: ['gpt'] },
  { key: 'success', operator: 'eq', value: [true] },
  { key: 'created_at', operator: 'gt', value: ['2026-01-01T00:00:00Z'] },
];
const BODY = { name: 'good ones', enable: true, filters };

const create = async (change: Record<string, unknown> = {}) => {
  const answer = await world.call('POST', DATASETS, { ...BODY, ...change });
  return { ...answer, result: answer.body.result as { readonly id: string } };
};

test('a dataset comes back with its id, its gateway and its times', async () => {
  const { status, result } = await create();
  expect(status).toBe(200);
  expect(result).toEqual({
    ...BODY,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    gateway_id: 'prod',
    created_at: expect.stringMatching(/Z$/),
    modified_at: expect.stringMatching(/Z$/),
  });
  expect((await world.call('GET', `${DATASETS}/${result.id}`)).body.result).toEqual(result);
});

test('a dataset can be sent back as it was shown, with a change', async () => {
  const { result } = await create();
  const { status, body } = await world.call('PUT', `${DATASETS}/${result.id}`, {
    ...result,
    name: 'others',
    filters: [],
  });
  expect(status).toBe(200);
  expect(body.result).toEqual({ ...result, name: 'others', filters: [], modified_at: expect.any(String) });
});

test('a deleted dataset is the answer, once', async () => {
  const { result } = await create();
  expect((await world.call('DELETE', `${DATASETS}/${result.id}`)).body.result).toEqual(result);
  for (const [method, body] of [['GET'], ['PUT', BODY], ['DELETE']] as const) {
    const answer = await world.call(method, `${DATASETS}/${result.id}`, body);
    expect(answer).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
  }
});

test('a list is paged, searched and empty beyond its end', async () => {
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) ids.push((await create({ name, enable: name !== 'b', filters: [] })).result.id);
  const { body } = await world.call('GET', `${DATASETS}?per_page=2`);
  expect(idsOf(body)).toEqual(ids.slice(0, 2));
  expect(body.result_info).toEqual({ page: 1, per_page: 2, count: 2, total_count: 3 });
  expect(rowsOf((await world.call('GET', `${DATASETS}?per_page=2&page=3`)).body)).toEqual([]);
  expect(idsOf((await world.call('GET', `${DATASETS}?enable=false`)).body)).toEqual([ids[1]]);
  expect(idsOf((await world.call('GET', `${DATASETS}?name=c`)).body)).toEqual([ids[2]]);
  expect(idsOf((await world.call('GET', `${DATASETS}?search=A`)).body)).toContain(ids[0]);
});

test('a dataset is not to be had through another gateway', async () => {
  await world.storage.settings.create({ account: 'acme', id: 'other' });
  const { result } = await create();
  expect((await world.call('GET', `/gateways/other/datasets/${result.id}`)).status).toBe(404);
  expect((await world.call('GET', '/gateways/lost/datasets')).status).toBe(404);
});

test('who did what to a dataset is written down', async () => {
  const { result } = await create();
  await world.call('PUT', `${DATASETS}/${result.id}`, { ...BODY, name: 'others' });
  await world.call('DELETE', `${DATASETS}/${result.id}`);
  const { body } = await world.call('GET', '/audit_logs');
  expect(JSON.stringify(body)).toMatch(/dataset\.deleted.*dataset\.updated.*dataset\.created/);
});

describe('refused with the field', () => {
  const filter = (key: string, operator: string, ...value: unknown[]) => ({ filters: [{ key, operator, value }] });

  test.each([
    [{ name: undefined }, ['name'], 'Required: "name" must be a string.'],
    [{ enable: 'yes' }, ['enable'], `"enable" must be true or false, received 'yes'.`],
    [{ more: 1 }, ['more'], 'Unknown field "more".'],
    [filter('prompt', 'eq', 'a'), ['filters', '0', 'key'], expect.stringContaining("'created_at' | ")],
    [filter('model', 'neq', 'a'), ['filters', '0', 'operator'], expect.stringContaining("'eq' | 'contains'")],
    [filter('success', 'gt', true), ['filters', '0', 'operator'], expect.stringContaining("not 'gt'")],
    [filter('cost', 'contains', '1'), ['filters', '0', 'operator'], expect.stringContaining("not 'contains'")],
    [filter('model', 'eq'), ['filters', '0', 'value'], expect.stringContaining('at least one value')],
    [filter('cached', 'eq', true, 'no'), ['filters', '0', 'value'], expect.stringContaining('is true or false')],
    [filter('cost', 'gt', 'a'), ['filters', '0', 'value'], expect.stringContaining('US dollars')],
    [filter('created_at', 'gt', 'now'), ['filters', '0', 'value'], expect.stringContaining('a date or time')],
    [filter('model', 'eq', ...Array(76).fill('a')), ['filters'], expect.stringContaining('too many values')],
    [filter('model', 'eq', { a: 1 }), ['filters', '0', 'value', '0'], expect.stringContaining('a string, a number')],
  ])('%j', async (change, path, message) => {
    const { status, body } = await create(change);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ code: 7001, message, path: ['body', ...path] }]);
  });

  test('an unknown query parameter', async () => {
    const { status, body } = await world.call('GET', `${DATASETS}?enabled=true`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { code: 7001, message: 'Unknown query parameter "enabled".', path: ['query', 'enabled'] },
    ]);
  });
});
