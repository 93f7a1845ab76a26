import type { Rollup } from '@sluice/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/open-world.ts';
import { metadataRollup, rollup } from '../../test/traffic.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

describe('a chart', () => {
  test('has a line for each model, the busiest first, with counts, money and quantiles', async () => {
    await write(
      rollup({ model: 'a', requests: 2, tokensIn: 10, costNanos: 2_000_000_000, durations: [100, 300] }),
      rollup({ model: 'a', cached: true, savedNanos: 500_000_000, durations: [1], firstChunks: [1] }),
      rollup({ model: 'a', start: NOW - 2 * MINUTE, statusCode: 500, failures: 1, durations: [50] }),
      rollup({ model: 'b' }),
    );
    const { from, to, granularity, series, totals } = await ask('?from=-1h&group_by=model');
    expect([granularity, Date.parse(to) - Date.parse(from)]).toEqual(['minute', expect.any(Number)]);
    expect(Date.parse(from) % MINUTE).toBe(0);
    expect(series.map(({ key }) => key)).toEqual(['a', 'b']);
    const [a] = series;
    expect(a?.points.map(({ t, requests }) => [Date.parse(t), requests])).toEqual([
      [NOW - 2 * MINUTE, 1],
      [NOW, 3],
    ]);
    expect(a?.totals).toMatchObject({
      requests: 4,
      errors: 1,
      error_rate: 0.25,
      cached_requests: 1,
      cache_rate: 0.25,
      tokens_in: 10,
      cost: 2,
      saved_cost: 0.5,
      duration: { avg: 112.8 },
    });
    expect(a?.totals.duration?.p99).toBeGreaterThan(95);
    expect(a?.totals.time_to_first_chunk?.p50).toBe(1);
    expect(series[1]?.totals).toMatchObject({ duration: null, time_to_first_chunk: null });
    expect(totals).toMatchObject({ requests: 5 });
  });

  test('is one line without a group, and empty where nothing was called', async () => {
    await write(rollup(), rollup({ gateway: 'other' }));
    expect((await ask('?from=-1h')).series).toMatchObject([{ key: null, totals: { requests: 2 } }]);
    expect((await ask('?from=-1h&gateway=prod')).totals).toMatchObject({ requests: 1 });
    const nothing = await ask('?from=-1h&gateway=none');
    expect(nothing).toMatchObject({ series: [], totals: { requests: 0, error_rate: null, duration: null } });
  });

  test('puts what is beyond its limit into one line more', async () => {
    await write(...['a', 'b', 'c', '(other)'].map((model, index) => rollup({ model, requests: 10 - index })));
    const { series } = await ask('?from=-1h&group_by=model&limit=2');
    expect(series.map(({ key, totals }) => [key, totals.requests])).toEqual([
      ['a', 10],
      ['b', 9],
      ['(other)', 15],
    ]);
  });

  test('has steps that fit its length, and says so where finer ones are no longer known', async () => {
    await write(rollup({ start: NOW - 40 * DAY }));
    expect(await ask('?from=-30d')).toMatchObject({ granularity: 'day' });
    expect(await ask('?from=-24h')).toMatchObject({ granularity: 'hour' });
    expect(await ask('?from=-2h')).toMatchObject({ granularity: 'minute' });
    expect(await ask('?from=-2h&granularity=day')).toMatchObject({ granularity: 'day' });
    const { body } = await world.call('GET', '/analytics?from=-60d&granularity=minute');
    expect(body.result).toMatchObject({ granularity: 'day', series: [{ points: [{ requests: 1 }] }] });
    expect(body.messages).toMatchObject([{ message: expect.stringContaining('one day long') }]);
  });

  test('is the same before and after minutes became hours and days', async () => {
    const rows = Array.from({ length: 200 }, (_, index) =>
      rollup({ start: NOW - index * 4 * HOUR, model: `m${index % 3}`, costNanos: index, durations: [index * 13] }),
    );
    await write(...rows);
    const query = '?from=-60d&granularity=day&group_by=model';
    const before = await ask(query);
    while (await world.storage.rollups.compact());
    const after = await ask(query);
    expect({ ...after, to: before.to }).toEqual(before);
  });

  test('compares with the same time before', async () => {
    await write(rollup({ start: NOW - 30 * MINUTE }), rollup({ start: NOW - 90 * MINUTE, requests: 7 }));
    const { totals, previous } = await ask('?from=-1h&compare=previous');
    expect([totals.requests, previous?.totals.requests]).toEqual([1, 7]);
  });

  test('keeps to its account', async () => {
    await write(rollup({ account: 'other' }));
    expect((await ask('?from=-1h')).totals.requests).toBe(0);
  });
});

describe('filters', () => {
  beforeEach(() =>
    write(
      rollup({ model: 'a', provider: 'openai' }),
      rollup({ model: 'b', provider: 'anthropic', statusCode: 529, errorCode: 'overloaded_error', failures: 1 }),
      rollup({ model: 'c', provider: 'openai', statusCode: 429, errorCode: 'rate_limited', failures: 1 }),
      rollup({ model: 'a', provider: 'openai', cached: true }),
    ),
  );

  test.each([
    ['model=a', 2],
    ['model=a&model=b', 3],
    ['provider=anthropic', 1],
    ['status=429', 1],
    ['status=4xx&status=5xx', 2],
    ['error=rate_limited', 1],
    ['cached=true', 1],
    ['cached=false&provider=openai', 2],
  ])('%s leaves %i', async (filter, requests) => {
    expect((await ask(`?from=-1h&${filter}`)).totals.requests).toBe(requests);
  });

  test('a group of statuses is of numbers, one of cached of true and false, one of errors has failures alone', async () => {
    const keys = async (group: string) =>
      (await ask(`?from=-1h&group_by=${group}`)).series.map(({ key }) => key).sort();
    expect(await keys('status')).toEqual([200, 429, 529]);
    expect(await keys('cached')).toEqual([false, true]);
    expect(await keys('error')).toEqual(['overloaded_error', 'rate_limited']);
  });
});

describe('metadata', () => {
  beforeEach(() =>
    world.storage.rollups.write(
      [],
      [
        metadataRollup({ value: 'a', requests: 3, cachedRequests: 1, costNanos: 1e9, durations: [5] }),
        metadataRollup({ value: 'b', gateway: 'other' }),
        metadataRollup({ key: 'user', value: 'x' }),
      ],
    ),
  );

  test('is grouped by the values of a key, of all gateways or one', async () => {
    const { series } = await ask('?from=-1h&group_by=metadata.team');
    expect(series.map(({ key, totals }) => [key, totals.requests, totals.cache_rate])).toEqual([
      ['a', 3, 1 / 3],
      ['b', 1, 0],
    ]);
    expect(series[0]?.totals.duration).toMatchObject({ p95: 5 });
    const one = await ask('?from=-1h&group_by=metadata.team&gateway=other');
    expect(one.series.map(({ key }) => key)).toEqual(['b']);
  });

  test('chooses the calls of a pair, by gateway or all together', async () => {
    expect((await ask('?from=-1h&metadata.team=a')).totals.requests).toBe(3);
    const { series } = await ask('?from=-1h&metadata.team=b&group_by=gateway');
    expect(series.map(({ key }) => key)).toEqual(['other']);
  });

  test.each([
    ['group_by=metadata.team&model=a', 'leave out model'],
    ['group_by=model&metadata.team=a', 'leave out model'],
    ['group_by=metadata.team&metadata.user=x', 'one key of metadata at a time'],
    ['metadata.team=a&metadata.team=b', 'Give "metadata.team" once'],
  ])('%s can’t be told', async (query, reason) => {
    const { status, body } = await world.call('GET', `/analytics?${query}`);
    expect([status, body.errors[0]?.message]).toEqual([400, expect.stringContaining(reason)]);
  });
});

describe('a top list', () => {
  beforeEach(() =>
    write(
      rollup({ model: 'busy', requests: 6, costNanos: 1e9, durations: [10, 20] }),
      rollup({ model: 'dear', requests: 2, costNanos: 3e9, durations: [900] }),
      rollup({ model: 'broken', requests: 2, failures: 2, statusCode: 500, errorCode: 'server_error' }),
    ),
  );

  test('is ordered by what is asked for, with the share of the whole where parts add up', async () => {
    const top = async (query: string) => (await askTop(query)).items.map(({ key, share }) => [key, share]);
    expect(await top('by=model')).toEqual([
      ['busy', 0.6],
      ['broken', 0.2],
      ['dear', 0.2],
    ]);
    expect((await top('by=model&metric=cost'))[0]).toEqual(['dear', 0.75]);
    expect(await top('by=model&metric=errors&limit=1')).toEqual([['broken', 1]]);
    expect((await top('by=model&metric=duration_p95'))[0]).toEqual(['dear', null]);
    expect((await top('by=model&metric=error_rate'))[0]).toEqual(['broken', null]);
  });

  test('by errors tells how they are distributed, by metadata who caused what', async () => {
    expect((await askTop('by=error&metric=errors')).items).toMatchObject([
      { key: 'server_error', errors: 2, share: 1 },
    ]);
    await world.storage.rollups.write(
      [],
      [metadataRollup({ value: 'x', costNanos: 5 }), metadataRollup({ value: 'y' })],
    );
    expect((await askTop('by=metadata.team&metric=cost')).items.map(({ key }) => key)).toEqual(['x', 'y']);
  });

  test('compares with the same time before', async () => {
    const { totals, previous } = await askTop('by=model&from=-1h&compare=previous');
    expect([totals.requests, previous?.totals.requests]).toEqual([10, 0]);
  });
});

test.each([
  ['/analytics?nonsense=1', 'Unknown query parameter "nonsense".'],
  ['/analytics?from=yesterday', 'RFC 3339'],
  ['/analytics?from=2026-01-01', 'RFC 3339'],
  ['/analytics?from=now&to=-1h', '"from" must be before "to".'],
  ['/analytics?group_by=colour', 'Group by gateway, provider'],
  ['/analytics?granularity=week', "'auto' | 'minute' | 'hour' | 'day'"],
  ['/analytics?status=600', 'a class such as 5xx'],
  ['/analytics?limit=0', 'at least 1'],
  ['/analytics/top', '"by"'],
  ['/analytics/top?by=model&metric=beauty', 'requests'],
])('%s is refused with a sentence', async (path, reason) => {
  const { status, body } = await world.call('GET', path);
  expect([status, body.errors[0]?.code]).toEqual([400, 7001]);
  expect(body.errors.map(({ message }) => message).join()).toContain(reason);
});

interface Measured {
  readonly requests: number;
  readonly cache_rate: number | null;
  readonly duration: { readonly p95: number; readonly p99: number } | null;
  readonly time_to_first_chunk: { readonly p50: number } | null;
}

interface Chart {
  readonly from: string;
  readonly to: string;
  readonly granularity: string;
  readonly series: readonly {
    readonly key: unknown;
    readonly points: readonly (Measured & { readonly t: string })[];
    readonly totals: Measured;
  }[];
  readonly totals: Measured;
  readonly previous?: { readonly totals: Measured };
}

interface TopList extends Pick<Chart, 'totals' | 'previous'> {
  readonly items: readonly (Measured & { readonly key: unknown; readonly share: number | null })[];
}

async function ask(query: string): Promise<Chart> {
  const { status, body } = await world.call('GET', `/analytics${query}`);
  expect(status).toBe(200);
  return body.result as Chart;
}

async function askTop(query: string): Promise<TopList> {
  const { status, body } = await world.call('GET', `/analytics/top?${query}`);
  expect(status).toBe(200);
  return body.result as TopList;
}

async function write(...rows: readonly Rollup[]): Promise<void> {
  // Rows of one name would take each other's place.
  await world.storage.rollups.write(
    rows.map((row, index) => ({ ...row, writer: `w${index}` })),
    [],
  );
}
