import { type MetadataRollup, type Rollup, Sketch } from '@sluice/core';
import type { RollupGroup, RollupQuery, Storage } from '@sluice/storage';
import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** What is promised of roll-ups. */
export function testRollups(world: World): void {
  const read = (account: string, query: Partial<RollupQuery> = {}) =>
    world.here.rollups.read({ account, from: 0, to: world.time + MINUTE, ...query });
  const compactAll = async (storage: Storage): Promise<void> => {
    while (await storage.rollups.compact());
  };

  test('rows of all writers add up, their times too', async () => {
    const account = await world.account();
    const start = minuteOf(world.time);
    await world.here.rollups.write([rollup(account, { start, durations: [100, 200] })], []);
    await world.elsewhere.rollups.write(
      [
        rollup(account, { start, writer: 'b', requests: 3, costNanos: 7, durations: [300], firstChunks: [40] }),
        rollup(account, { start, writer: 'b', cached: true, savedNanos: 5, durations: [1] }),
      ],
      [],
    );
    const [group, ...others] = await read(account);
    expect(others).toEqual([]);
    expect(group).toMatchObject({ start: 0, key: [], requests: 5, cachedRequests: 1, costNanos: 9, savedNanos: 5 });
    expect(group?.durations.count).toBe(4);
    expect(group?.durations.sum).toBe(601);
    expect(group?.firstChunks.quantile(0.5)).toBeCloseTo(40, 0);
    const [plain] = await read(account, { times: false });
    expect(plain).toMatchObject({ requests: 5 });
    expect(plain?.durations.count).toBe(0);
  });

  test('a later row of a writer takes the place of its earlier one, whichever comes first', async () => {
    const account = await world.account();
    const start = minuteOf(world.time);
    const rows = [1, 3, 2].map((requests) => rollup(account, { start, requests, durations: Array(requests).fill(10) }));
    for (const row of rows) await world.here.rollups.write([row], []);
    const [group] = await read(account);
    expect(group).toMatchObject({ requests: 3 });
    expect(group?.durations.count).toBe(3);
  });

  test('many rows are written at once, or none', async () => {
    const account = await world.account();
    const start = minuteOf(world.time);
    const rows = Array.from({ length: 150 }, (_, index) => rollup(account, { start, model: `m${index}` }));
    await world.here.rollups.write(rows, []);
    expect(await read(account, { by: ['model'] })).toHaveLength(150);
    const broken = { ...rollup(account, { start, model: 'fine' }), provider: null as unknown as string };
    await expect(world.here.rollups.write([rollup(account, { start, model: 'first' }), broken], [])).rejects.toThrow();
    expect(await read(account, { by: ['model'] })).toHaveLength(150);
  });

  test('groups come by each dimension, and by steps of time, oldest first', async () => {
    const account = await world.account();
    const start = world.time - (world.time % DAY) - DAY + 10 * HOUR;
    await world.here.rollups.write(
      [
        rollup(account, { start, gateway: 'a', provider: 'openai', model: 'x', statusCode: 200 }),
        rollup(account, {
          start,
          gateway: 'b',
          provider: 'anthropic',
          model: 'y',
          statusCode: 529,
          errorCode: 'overloaded',
        }),
        rollup(account, {
          start: start + 6 * MINUTE,
          gateway: 'a',
          provider: 'openai',
          model: 'y',
          statusCode: 429,
          errorCode: 'rate_limited',
        }),
        rollup(account, {
          start: start + HOUR,
          gateway: 'a',
          provider: 'openai',
          model: 'x',
          statusCode: 200,
          cached: true,
        }),
      ],
      [],
    );
    const keys = async (query: Partial<RollupQuery>) =>
      (await read(account, query)).map(({ start: at, key, requests }) => [at === 0 ? 0 : at - start, ...key, requests]);
    expect(await keys({ by: ['gateway'] })).toEqual([
      [0, 'a', 3],
      [0, 'b', 1],
    ]);
    expect(await keys({ by: ['status', 'error'] })).toEqual([
      [0, 200, '', 2],
      [0, 429, 'rate_limited', 1],
      [0, 529, 'overloaded', 1],
    ]);
    expect(await keys({ by: ['cached', 'failed', 'rateLimited'] })).toEqual([
      [0, false, false, false, 1],
      [0, false, true, false, 1],
      [0, false, true, true, 1],
      [0, true, false, false, 1],
    ]);
    expect(await keys({ by: ['model'], stepMs: 5 * MINUTE })).toEqual([
      [0, 'x', 1],
      [0, 'y', 1],
      [5 * MINUTE, 'y', 1],
      [HOUR, 'x', 1],
    ]);
    expect(await keys({ stepMs: HOUR, from: start + MINUTE, to: start + HOUR })).toEqual([[0, 3]]);
  });

  test('filters compare, look for parts, and combine', async () => {
    const account = await world.account();
    const other = await world.account();
    const start = minuteOf(world.time);
    const rows = [
      { model: 'gpt-5', statusCode: 200, cached: true },
      { model: 'gpt-5-mini', statusCode: 500, errorCode: 'server_error' },
      { model: "o'3_%", statusCode: 404, errorCode: 'not_found' },
    ];
    await world.here.rollups.write(
      [...rows.map((row) => rollup(account, { start, ...row })), rollup(other, { start, model: 'not-mine' })],
      [],
    );
    const models = async (filter: RollupQuery['filter']) =>
      (await read(account, { by: ['model'], filter })).map(({ key: [model] }) => model).sort();
    expect(await models({ dimension: 'model', operator: 'eq', value: "o'3_%" })).toEqual(["o'3_%"]);
    expect(await models({ dimension: 'model', operator: 'neq', value: 'gpt-5' })).toEqual(['gpt-5-mini', "o'3_%"]);
    expect(await models({ dimension: 'model', operator: 'like', value: 'GPT%' })).toEqual(['gpt-5', 'gpt-5-mini']);
    expect(await models({ dimension: 'model', operator: 'in', value: ['gpt-5', 'none'] })).toEqual(['gpt-5']);
    expect(await models({ dimension: 'model', operator: 'in', value: [] })).toEqual([]);
    expect(await models({ dimension: 'cached', operator: 'eq', value: true })).toEqual(['gpt-5']);
    expect(await models({ dimension: 'failed', operator: 'eq', value: true })).toEqual(['gpt-5-mini', "o'3_%"]);
    const between = (operator: 'gt' | 'geq' | 'lt' | 'leq', value: number) =>
      ({ dimension: 'status', operator, value }) as const;
    expect(await models({ all: [between('gt', 200), between('leq', 404)] })).toEqual(["o'3_%"]);
    expect(await models({ any: [between('lt', 201), between('geq', 500)] })).toEqual(['gpt-5', 'gpt-5-mini']);
    expect(await models({ all: [] })).toHaveLength(3);
    expect(await models({ any: [] })).toEqual([]);
  });

  test('metadata adds up by gateway and value of a key', async () => {
    const account = await world.account();
    const start = minuteOf(world.time);
    await world.here.rollups.write(
      [],
      [
        metadataRollup(account, { start, value: 'a', cachedRequests: 1, requests: 2, durations: [5, 500] }),
        metadataRollup(account, { start, value: 'b' }),
        metadataRollup(account, { start, value: 'a', gateway: 'other' }),
        metadataRollup(account, { start, key: 'user', value: 'a' }),
      ],
    );
    const metadata = { key: 'team' };
    const groups = await read(account, { metadata, by: ['metadata'] });
    expect(groups.map(({ key, requests, cachedRequests }) => [...key, requests, cachedRequests])).toEqual([
      ['a', 3, 1],
      ['b', 1, 0],
    ]);
    expect(groups[0]?.durations.quantile(1)).toBeGreaterThan(490);
    const one = await read(account, { metadata: { key: 'team', value: 'a' }, by: ['gateway'], stepMs: DAY });
    expect(one.map(({ key, requests }) => [...key, requests])).toEqual([
      ['gateway', 2],
      ['other', 1],
    ]);
    await expect(read(account, { metadata, by: ['model'] })).rejects.toThrow(/gateway and value/);
  });

  test('compacting changes no sum and no quantile, only how fine time is', async () => {
    const account = await world.account();
    const now = world.time - (world.time % DAY) + 12 * HOUR;
    world.time = now;
    const rows: Rollup[] = [];
    const metadata: MetadataRollup[] = [];
    for (const age of [0, 3 * HOUR, 30 * HOUR, 6 * DAY, 9 * DAY]) {
      for (const minute of [1, 2]) {
        for (const writer of ['a', 'b']) {
          const start = now - age - minute * MINUTE;
          const durations = [10 + (age % 977), 1000 + age / HOUR];
          rows.push(
            rollup(account, { start, writer, requests: 2, model: minute === 1 ? 'x' : 'y', durations, costNanos: age }),
          );
          metadata.push(metadataRollup(account, { start, writer, requests: 2, durations }));
        }
      }
    }
    await world.here.rollups.write(rows, metadata);
    const totals = async () => [
      ...(await read(account, { by: ['model'], to: now })).map(summary),
      ...(await read(account, { metadata: { key: 'team' }, by: ['metadata'], to: now })).map(summary),
    ];
    const closely = async () => [
      ...(await read(account, { from: now - 5 * HOUR, to: now, stepMs: MINUTE })).map(summary),
      ...(await read(account, { from: now - 6 * DAY - 30 * MINUTE, to: now, stepMs: HOUR })).map(summary),
      ...(await read(account, { from: now - 7 * DAY, to: now - 3 * DAY - 30 * MINUTE, by: ['model'] })).map(summary),
    ];
    const before = [await totals(), await closely()];
    await compactAll(world.here);
    expect([await totals(), await closely()]).toEqual(before);
    expect(await world.elsewhere.rollups.compact()).toBe(false);
    const days = await read(account, { stepMs: MINUTE, to: now - 8 * DAY });
    for (const { start } of days) expect(start % DAY).toBe(0);
    expect(days.length).toBeGreaterThan(0);
  });

  test('two processes that compact at once count nothing twice', async () => {
    const account = await world.account();
    const start = minuteOf(world.time) - 20 * DAY;
    const rows = Array.from({ length: 130 }, (_, index) =>
      rollup(account, { start: start + index * MINUTE, writer: `w${index % 3}`, durations: [index] }),
    );
    await world.here.rollups.write(rows, []);
    await Promise.all([compactAll(world.here), compactAll(world.elsewhere), compactAll(world.here)]);
    const groups = await read(account, { stepMs: MINUTE });
    expect(groups.reduce((sum, { requests }) => sum + requests, 0)).toBe(130);
    expect(groups.length).toBeLessThanOrEqual(2);
  });

  test('a call that is counted late is added to what is compacted already', async () => {
    const account = await world.account();
    const start = minuteOf(world.time) - 20 * DAY;
    await world.here.rollups.write([rollup(account, { start, durations: [10] })], []);
    await compactAll(world.here);
    await world.here.rollups.write([rollup(account, { start, writer: 'late', durations: [90] })], []);
    await compactAll(world.here);
    const groups = await read(account, { stepMs: MINUTE });
    expect(groups.map(summary)).toEqual([expect.objectContaining({ requests: 2, sum: 100 })]);
  });

  test('a time that begins within an hour or day of which no more is known has all of it', async () => {
    const account = await world.account();
    const noon = world.time - (world.time % DAY) - 20 * DAY + 12 * HOUR;
    await world.here.rollups.write([rollup(account, { start: noon })], []);
    await compactAll(world.here);
    expect(await read(account, { from: noon - MINUTE })).toMatchObject([{ requests: 1 }]);
    expect(await read(account, { from: noon + DAY })).toEqual([]);
  });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function minuteOf(time: number): number {
  return time - (time % MINUTE);
}

function summary({ start, key, requests, costNanos, durations }: RollupGroup) {
  const quantiles = [0.5, 0.95, 0.99].map((q) => durations.quantile(q));
  return { start, key, requests, costNanos, count: durations.count, sum: durations.sum, quantiles };
}

type Change<T> = Partial<Omit<T, 'durations' | 'firstChunks'>> & {
  readonly durations?: readonly number[];
  readonly firstChunks?: readonly number[];
};

function rollup(account: string, change: Change<Rollup>): Rollup {
  const main = { provider: 'openai', model: 'gpt-test', statusCode: 200, errorCode: '', cached: false };
  return { ...main, ...common(account), ...change, ...sketches(change) };
}

function metadataRollup(account: string, change: Change<MetadataRollup>): MetadataRollup {
  return { key: 'team', value: 'a', cachedRequests: 0, ...common(account), ...change, ...sketches(change) };
}

function common(account: string) {
  return {
    start: 0,
    account,
    gateway: 'gateway',
    writer: 'a',
    requests: 1,
    failures: 0,
    tokensIn: 2,
    tokensOut: 3,
    cacheReadTokens: 4,
    cacheWriteTokens: 5,
    reasoningTokens: 6,
    costNanos: 1,
    savedNanos: 0,
  };
}

function sketches({ durations = [], firstChunks = [] }: Change<Rollup>) {
  return { durations: bytesOf(durations), firstChunks: bytesOf(firstChunks) };
}

function bytesOf(values: readonly number[]): Uint8Array {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch.toBytes();
}
