import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { idsOf, openWorld, rowsOf, type World } from '../test/open-world.ts';

let world: World;
const report = vi.fn();
beforeEach(async () => {
  report.mockReset();
  world = await openWorld({ report });
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const EVALUATIONS = '/gateways/prod/evaluations';

interface Created {
  readonly id: string;
}

interface Result {
  readonly evaluation_type_id: string;
  readonly result: string;
  readonly status: number;
  readonly status_description: string;
  readonly total_logs: number;
}

async function typeIds(): Promise<Readonly<Record<string, string>>> {
  const { body } = await world.call('GET', '/evaluation-types');
  return Object.fromEntries(rowsOf(body).map(({ type, id }) => [String(type), String(id)]));
}

async function dataset(...filters: readonly (readonly [key: string, operator: string, value: unknown])[]) {
  const { body } = await world.call('POST', '/gateways/prod/datasets', {
    name: 'set',
    enable: true,
    filters: filters.map(([key, operator, value]) => ({ key, operator, value: [value] })),
  });
  return (body.result as Created).id;
}

async function evaluate(change: Record<string, unknown> = {}) {
  const body = {
    name: 'today',
    dataset_ids: [await dataset()],
    evaluation_type_ids: Object.values(await typeIds()),
    ...change,
  };
  const answer = await world.call('POST', EVALUATIONS, body);
  return { ...answer, result: answer.body.result as Created & { readonly results: readonly Result[] } };
}

test('cost, speed and human feedback are computed from the log', async () => {
  const calls = [
    { costNanos: 1000, durationMs: 100, feedback: 1 },
    { costNanos: 2500, durationMs: 201, feedback: -1 },
    { costNanos: null, durationMs: 300, feedback: 1 },
    { costNanos: 0, durationMs: 400, feedback: null },
  ];
  for (const [index, call] of calls.entries()) await world.log({ id: `log-${index}`, ...call });
  await world.log({ id: 'elsewhere', gateway: 'other', costNanos: 9e9 });
  const types = await typeIds();
  const { status, result } = await evaluate();
  expect(status).toBe(200);
  const times = { created_at: expect.stringMatching(/Z$/), modified_at: expect.stringMatching(/Z$/) };
  const one = (type: string, found: object) => ({
    id: expect.any(String),
    evaluation_id: result.id,
    evaluation_type_id: types[type],
    status: 200,
    ...times,
    ...found,
  });
  expect(result).toEqual({
    id: expect.any(String),
    name: 'today',
    gateway_id: 'prod',
    processed: true,
    total_logs: 4,
    ...times,
    datasets: [expect.objectContaining({ name: 'set', account_id: 'acme', account_tag: 'acme', gateway_id: 'prod' })],
    results: [
      one('cost', {
        result: '0.000001166667',
        total_logs: 3,
        status_description: 'US dollars, on average of 3 calls. The cost of 1 more is unknown.',
      }),
      one('speed', { result: '250.25', total_logs: 4, status_description: 'Milliseconds, on average of 4 calls.' }),
      one('human_feedback', {
        result: '66.67',
        total_logs: 3,
        status_description: 'Percent: 2 of 3 rated calls got a thumb up. 1 more were not rated.',
      }),
    ],
  });
});

test('several datasets are taken together, and a call in two of them counts once', async () => {
  await world.log({ id: 'a', model: 'gpt-a', durationMs: 100 });
  await world.log({ id: 'b', model: 'gpt-b', durationMs: 200 });
  await world.log({ id: 'c', model: 'other', durationMs: 900 });
  const { result } = await evaluate({
    dataset_ids: [await dataset(['model', 'contains', 'gpt']), await dataset(['duration', 'lt', 150])],
  });
  expect(result).toMatchObject({ total_logs: 2, results: [{}, { result: '150' }, {}] });
});

test('what there is nothing to say about says so', async () => {
  const empty = await evaluate();
  expect(empty.result.results.map(({ result, status }) => [result, status])).toEqual(Array(3).fill(['', 204]));
  await world.log({ costNanos: null, feedback: null });
  const { result } = await evaluate();
  expect(result.results.map(({ status, status_description }) => [status, status_description])).toEqual([
    [204, 'Of 1 calls in the datasets none has a known cost.'],
    [200, 'Milliseconds, on average of 1 calls.'],
    [204, 'Of 1 calls in the datasets nobody rated one.'],
  ]);
});

test('an evaluation stays as it was while log and datasets go on', async () => {
  await world.log({ id: 'a' });
  const { result } = await evaluate();
  await world.log({ id: 'b' });
  const [set] = rowsOf((await world.call('GET', '/gateways/prod/datasets')).body);
  await world.call('DELETE', `/gateways/prod/datasets/${set?.id}`);
  expect((await world.call('GET', `${EVALUATIONS}/${result.id}`)).body.result).toEqual(result);
});

test('when the database can not add up, that is the result', async () => {
  const { storage } = world;
  const broken = {
    ...storage,
    evaluations: { ...storage.evaluations, measure: () => Promise.reject(new Error('slow')) },
  };
  const { createManagement } = await import('./index.ts');
  const app = createManagement({ storage: broken, report });
  const body = { name: 'x', dataset_ids: [await dataset()], evaluation_type_ids: Object.values(await typeIds()) };
  const answer = await app.request(`/client/v4/accounts/acme/ai-gateway${EVALUATIONS}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    result: { processed: false, total_logs: 0, results: [{ status: 500, result: '' }, {}, {}] },
  });
  expect(report).toHaveBeenCalledOnce();
});

test.each([
  [{ dataset_ids: [] }, ['dataset_ids'], expect.stringContaining('at least 1')],
  [{ dataset_ids: ['lost'] }, ['dataset_ids', '0'], expect.stringContaining('has no dataset "lost"')],
  [{ evaluation_type_ids: ['lost'] }, ['evaluation_type_ids', '0'], expect.stringContaining('evaluation-types')],
  [{ processed: true }, ['processed'], 'Unknown field "processed".'],
])('%j is refused with the field', async (change, path, message) => {
  const { status, body } = await evaluate(change);
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ code: 7001, message, path: ['body', ...path] }]);
});

test('a dataset of another gateway can not be evaluated', async () => {
  await world.storage.settings.create({ account: 'acme', id: 'other' });
  const { id } = await world.storage.datasets.create({
    account: 'acme',
    gateway: 'other',
    name: 'theirs',
    enable: true,
    filters: [],
  });
  expect((await evaluate({ dataset_ids: [id] })).status).toBe(400);
});

test('a list is paged, searched and empty beyond its end; there is no update', async () => {
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three']) ids.push((await evaluate({ name })).result.id);
  const { body } = await world.call('GET', `${EVALUATIONS}?per_page=2&processed=true`);
  expect(idsOf(body)).toEqual(ids.slice(0, 2));
  expect(body.result_info).toEqual({ page: 1, per_page: 2, count: 2, total_count: 3 });
  expect(rowsOf((await world.call('GET', `${EVALUATIONS}?per_page=2&page=3`)).body)).toEqual([]);
  expect(idsOf((await world.call('GET', `${EVALUATIONS}?name=two`)).body)).toEqual([ids[1]]);
  expect(rowsOf((await world.call('GET', `${EVALUATIONS}?processed=false`)).body)).toEqual([]);
  expect((await world.call('PUT', `${EVALUATIONS}/${ids[0]}`, {})).status).toBe(404);
});

test('a deleted evaluation is the answer, once', async () => {
  const { result } = await evaluate();
  expect((await world.call('DELETE', `${EVALUATIONS}/${result.id}`)).body.result).toEqual(result);
  for (const method of ['GET', 'DELETE']) {
    const answer = await world.call(method, `${EVALUATIONS}/${result.id}`);
    expect(answer).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
  }
});

test('a gateway takes its datasets and evaluations along', async () => {
  await evaluate();
  await world.call('DELETE', '/gateways/prod');
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  expect(rowsOf((await world.call('GET', EVALUATIONS)).body)).toEqual([]);
  expect(rowsOf((await world.call('GET', '/gateways/prod/datasets')).body)).toEqual([]);
});

test('the types never change, and are listed as they are asked for', async () => {
  const { body } = await world.call('GET', '/evaluation-types');
  expect(idsOf(body)).toEqual([
    '6f2b8f0e-3c55-4b43-9d2f-1f0d6a9be101',
    'a4d0c9f7-52c1-4e0a-8f66-7c3e58d1c202',
    'd81e7b36-90fa-4c2d-b0a3-5e94c27fa303',
  ]);
  expect(rowsOf(body)[0]).toEqual({
    id: expect.any(String),
    name: 'Cost',
    type: 'cost',
    description: expect.any(String),
    enable: true,
    mandatory: false,
    created_at: expect.stringMatching(/Z$/),
    modified_at: expect.stringMatching(/Z$/),
  });
  const types = async (query: string) =>
    rowsOf((await world.call('GET', `/evaluation-types?${query}`)).body).map(({ type }) => type);
  expect(await types('order_by=name&order_by_direction=desc')).toEqual(['speed', 'human_feedback', 'cost']);
  expect(await types('per_page=2&page=2')).toEqual(['human_feedback']);
  expect(await types('page=2')).toEqual([]);
});
