import type { LogRecord } from '@sluice/core';
import type { DatasetFilter, NewEvaluation } from '@sluice/storage';
import { expect, test } from 'vitest';
import { accountWithGateway } from './datasets.ts';
import type { World } from './world.ts';

/** What the database adds up about a log, and what is kept of it. */
export function testEvaluations(world: World): void {
  const measure = (account: string, ...sets: readonly (readonly DatasetFilter[])[]) =>
    world.here.evaluations.measure(
      account,
      'gateway',
      sets.map((filters) => ({ filters })),
    );

  test('averages leave out what is unknown, and a thumb that was taken back is none', async () => {
    const account = await accountWithGateway(world);
    await fill(world, account, [
      { costNanos: 100, durationMs: 10, feedback: 1 },
      { costNanos: 201, durationMs: 20, feedback: -1 },
      { costNanos: null, durationMs: 30, feedback: 1 },
      { costNanos: 0, durationMs: 41, feedback: 0 },
    ]);
    expect(await measure(account, [])).toEqual({
      total: 4,
      priced: 3,
      averageCostNanos: expect.closeTo(301 / 3, 6),
      averageDurationMs: 25.25,
      rated: 3,
      liked: 2,
    });
  });

  test('nothing is measured of an empty log, of another gateway and of another account', async () => {
    const account = await accountWithGateway(world);
    const other = await accountWithGateway(world);
    await fill(world, other, [{}]);
    await fill(world, account, [{ gateway: 'other' }]);
    const nothing = { total: 0, priced: 0, averageCostNanos: null, averageDurationMs: null, rated: 0, liked: 0 };
    expect(await measure(account, [])).toEqual(nothing);
  });

  test('a row in two datasets counts once, one in neither does not', async () => {
    const account = await accountWithGateway(world);
    await fill(world, account, [{ model: 'a' }, { model: 'b', provider: 'groq' }, { model: 'c' }]);
    const a: DatasetFilter = { key: 'model', operator: 'eq', value: ['a', 'b'] };
    const groq: DatasetFilter = { key: 'provider', operator: 'eq', value: ['groq'] };
    expect((await measure(account, [a], [groq])).total).toBe(2);
    expect((await measure(account, [a, groq])).total).toBe(1);
    expect((await measure(account, [a, groq], [])).total).toBe(3);
  });

  test.each<[DatasetFilter['key'], DatasetFilter['operator'], DatasetFilter['value'], readonly string[]]>([
    ['model', 'eq', ['gpt-a'], ['a']],
    ['model', 'eq', ['gpt-a', 'gpt-b'], ['a', 'b']],
    ['model', 'contains', ['PT-'], ['a', 'b']],
    ['model', 'contains', ['%'], []],
    ['provider', 'contains', ['open', 'groq'], ['a', 'b']],
    ['success', 'eq', [false], ['b']],
    ['cached', 'eq', [true], ['a']],
    ['cost', 'gt', [0.001], ['b']],
    ['cost', 'lt', [0.001], ['a']],
    ['cost', 'eq', [0.0005], ['a']],
    ['tokens', 'gt', [30], ['b']],
    ['tokens', 'eq', [30], ['a']],
    ['tokens_in', 'lt', [11], ['a']],
    ['tokens_out', 'gt', [20], []],
    ['duration', 'gt', [100], ['b']],
    ['created_at', 'gt', ['2026-01-01T00:00:00Z'], ['b']],
    ['created_at', 'lt', [Date.UTC(2026, 0, 1)], ['a']],
    ['feedback', 'eq', [1], ['a']],
    ['feedback', 'eq', [0], ['b']],
    ['feedback', 'eq', [-1], ['b']],
    ['request_content_type', 'contains', ['multipart'], ['b']],
    ['response_content_type', 'eq', ['text/event-stream'], ['a', 'b']],
  ])('%s %s %j', async (key, operator, value, expected) => {
    const account = await accountWithGateway(world);
    const a: Partial<LogRecord> = {
      model: 'gpt-a',
      cached: true,
      costNanos: 500_000,
      tokensIn: 10,
      tokensOut: 20,
      durationMs: 50,
      createdAt: Date.UTC(2025, 0, 1),
      feedback: 1,
    };
    const b: Partial<LogRecord> = {
      model: 'gpt-b',
      provider: 'groq',
      success: false,
      costNanos: 2_000_000,
      tokensIn: 40,
      tokensOut: null,
      durationMs: 150,
      createdAt: Date.UTC(2026, 5, 1),
      feedback: -1,
      requestContentType: 'multipart/form-data',
    };
    const c: Partial<LogRecord> = { model: 'none', provider: 'xai', durationMs: 100, createdAt: Date.UTC(2026, 0, 1) };
    await fill(world, account, [
      a,
      b,
      { ...c, costNanos: null, tokensIn: null, tokensOut: null, responseContentType: '' },
    ]);
    const found: string[] = [];
    for (const name of ['a', 'b', 'none']) {
      const only: DatasetFilter = { key: 'model', operator: 'eq', value: [name === 'none' ? name : `gpt-${name}`] };
      const { total } = await measure(account, [{ key, operator, value }, only]);
      if (total > 0) found.push(name);
    }
    expect(found).toEqual(expected);
  });

  test('an evaluation comes back as it was written, until it is removed', async () => {
    const account = await accountWithGateway(world);
    const wanted = await evaluation(world, account);
    const created = await world.here.evaluations.create(wanted);
    expect(created).toEqual({ ...wanted, id: expect.any(String), createdAt: world.time, modifiedAt: world.time });
    expect(await world.elsewhere.evaluations.get(account, 'gateway', created.id)).toEqual(created);
    expect(await world.elsewhere.evaluations.remove(account, 'gateway', created.id)).toEqual(created);
    expect(await world.here.evaluations.remove(account, 'gateway', created.id)).toBeUndefined();
  });

  test('an evaluation keeps its datasets as they were', async () => {
    const account = await accountWithGateway(world);
    const wanted = await evaluation(world, account);
    const { id } = await world.here.evaluations.create(wanted);
    const [dataset] = wanted.datasets;
    if (dataset === undefined) throw new Error('It has one.');
    await world.here.datasets.update({ ...dataset, name: 'changed' });
    await world.here.datasets.remove(account, 'gateway', dataset.id);
    expect((await world.here.evaluations.get(account, 'gateway', id))?.datasets).toEqual(wanted.datasets);
  });

  test('an evaluation of an unknown gateway is refused', async () => {
    const account = await accountWithGateway(world);
    const wanted = await evaluation(world, account);
    await world.here.settings.remove(account, 'gateway');
    await expect(world.here.evaluations.create(wanted)).rejects.toMatchObject({ code: 'unknown_gateway' });
  });

  test('evaluations are listed with the oldest first, and go with their gateway', async () => {
    const account = await accountWithGateway(world);
    const wanted = await evaluation(world, account);
    for (const [name, processed] of [
      ['One', true],
      ['two', false],
      ['one more', true],
    ] as const) {
      world.time++;
      await world.here.evaluations.create({ ...wanted, name, processed });
    }
    const names = async (query: object, page = 1) => {
      const { items, total } = await world.here.evaluations.list(account, 'gateway', { page, perPage: 2, ...query });
      return [total, ...items.map(({ name }) => name)];
    };
    expect(await names({})).toEqual([3, 'One', 'two']);
    expect(await names({}, 3)).toEqual([3]);
    expect(await names({ name: 'two' })).toEqual([1, 'two']);
    expect(await names({ processed: true })).toEqual([2, 'One', 'one more']);
    expect(await names({ search: 'ONE' })).toEqual([2, 'One', 'one more']);
    await world.here.settings.remove(account, 'gateway');
    expect(await names({})).toEqual([0]);
  });
}

async function evaluation(world: World, account: string): Promise<NewEvaluation> {
  const dataset = { account, gateway: 'gateway', name: 'all', enable: true, filters: [] };
  return {
    account,
    gateway: 'gateway',
    name: 'now',
    processed: true,
    totalLogs: 3,
    datasets: [await world.here.datasets.create(dataset)],
    results: [{ id: 'r', type: 'cost', result: '0.1', status: 200, statusDescription: 'fine', totalLogs: 2 }],
  };
}

let rows = 0;

async function fill(world: World, account: string, changes: readonly Partial<LogRecord>[]): Promise<void> {
  const entries = changes.map((change) => ({
    record: { ...RECORD, account, id: `evaluated-${++rows}`, ...change },
    bodies: null,
  }));
  await world.here.logs.insert(entries);
}

const RECORD: Omit<LogRecord, 'id' | 'account'> = {
  gateway: 'gateway',
  createdAt: 1_700_000_000_000,
  eventId: 'event',
  step: 0,
  provider: 'openai',
  model: 'gpt-test',
  modelType: 'chat',
  method: 'POST',
  path: 'v1/chat/completions',
  requestType: 'native',
  requestContentType: 'application/json',
  responseContentType: 'text/event-stream',
  statusCode: 200,
  success: true,
  cached: false,
  streamed: true,
  abandoned: false,
  partial: false,
  errorCode: null,
  errorMessage: null,
  finishReason: 'stop',
  durationMs: 100,
  latencyMs: 50,
  timeToFirstChunkMs: null,
  tokensIn: 1,
  tokensOut: 2,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  inputAudioTokens: null,
  outputAudioTokens: null,
  costNanos: 1,
  customCost: false,
  metadata: null,
  userAgent: null,
  authenticated: true,
  requestSize: 1,
  responseSize: 1,
  feedback: null,
  score: null,
  attempts: [],
};
