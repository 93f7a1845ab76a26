import { DDSketch } from '@datadog/sketches-js';
import { type MetadataRollup, type Rollup, type RollupSink, Sketch } from '@sluice/core';
import { expect, test } from 'vitest';
import { type AnalyticsOptions, analytics, OTHER } from './index.ts';
import { type Ended, fakeHost, finished, settle } from './test-call.ts';

const MINUTE = 60_000;

test('calls that are alike become one row: counts, tokens, money and times', async () => {
  const book = start();
  book.end({ tokens: [10, 5], cost: 7, durationMs: 100, firstChunkMs: 20 });
  book.end({ tokens: [1, 2], cost: null, durationMs: 300 });
  book.end({ source: 'cache', cost: 0, saved: 9, tokens: [10, 5], durationMs: 1 });
  await book.host.pass(1000);
  expect(book.rollups()).toMatchObject([
    { start: 0, model: 'gpt-test', cached: false, requests: 2, failures: 0, tokensIn: 11, tokensOut: 7, costNanos: 7 },
    { cached: true, requests: 1, tokensIn: 10, costNanos: 0, savedNanos: 9 },
  ]);
  const [row] = book.rollups();
  const durations = Sketch.fromBytes(row?.durations ?? new Uint8Array());
  expect([durations.count, durations.sum]).toEqual([2, 400]);
  expect(Sketch.fromBytes(row?.firstChunks ?? new Uint8Array()).sum).toBe(20);
});

test('failures are told apart by status and code, and who leaves is one', async () => {
  const book = start();
  book.end({ status: 429, errorCode: 'rate_limited' });
  book.end({ status: 500 });
  book.end({ errorCode: 'overloaded_error' });
  book.end({ abandoned: true });
  await book.host.pass(1000);
  expect(book.rollups().map(({ statusCode, errorCode, failures }) => [statusCode, errorCode, failures])).toEqual([
    [429, 'rate_limited', 1],
    [500, '', 1],
    [200, 'overloaded_error', 1],
    [200, 'client_closed', 1],
  ]);
});

test('a call belongs to the minute it came in, whenever it ends', async () => {
  const book = start();
  book.end({ at: 59_999, durationMs: 90_000 });
  book.end({ at: 60_000 });
  await book.host.pass(1000);
  expect(book.rollups().map((row) => row.start)).toEqual([0, MINUTE]);
});

test('each pair of metadata has a row, whatever type its value has', async () => {
  const book = start();
  book.end({ metadata: { team: 'a', paid: true, seat: 7 }, cost: 3 });
  book.end({ metadata: { team: 'a' }, source: 'cache', status: 500 });
  await book.host.pass(1000);
  expect(book.pairs().map(({ key, value, requests }) => [key, value, requests])).toEqual([
    ['team', 'a', 2],
    ['paid', 'true', 1],
    ['seat', '7', 1],
  ]);
  expect(book.pairs()[0]).toMatchObject({ cachedRequests: 1, failures: 1, costNanos: 3 });
});

test('what changes is written again, whole and under the same name; what does not change is not', async () => {
  const book = start();
  book.end({ model: 'a' });
  book.end({ model: 'b' });
  await book.host.pass(1000);
  expect(book.host.armed()).toBe(0);
  book.end({ model: 'a' });
  await book.host.pass(1000);
  expect(book.writes.map(([rows]) => rows.map(({ model, requests }) => [model, requests]))).toEqual([
    [
      ['a', 1],
      ['b', 1],
    ],
    [['a', 2]],
  ]);
  expect(new Set(book.rollups().map(({ writer }) => writer)).size).toBe(1);
});

test('a call that ends after its minute was forgotten writes over nothing', async () => {
  const book = start();
  book.end({ at: 0 });
  await book.host.pass(1000);
  await book.host.pass(10 * MINUTE);
  book.end({ at: 10 * MINUTE });
  await book.host.pass(1000);
  book.end({ at: 0 });
  await book.host.pass(1000);
  const writers = book.rollups().filter((row) => row.start === 0);
  expect(writers.map(({ requests }) => requests)).toEqual([1, 1]);
  expect(new Set(writers.map(({ writer }) => writer)).size).toBe(2);
});

test('two processes never write under one name', async () => {
  const names = new Set<string>();
  for (const id of ['019f0000-0000-7000-8000-00000000000a', '019f0000-0000-7000-8000-00000000000b']) {
    const book = start({}, id);
    book.end({});
    await book.host.pass(1000);
    for (const { writer } of book.rollups()) names.add(writer);
  }
  expect(names.size).toBe(2);
});

test('while the store is away calls add up, and are written once it is back', async () => {
  const book = start();
  book.refuse(true);
  for (let minute = 0; minute < 10; minute++) {
    book.end({ at: minute * MINUTE });
    await book.host.pass(MINUTE);
  }
  expect(book.stats()).toMatchObject({ queued: 10, dropped: 0 });
  expect(book.host.reports.length).toBeGreaterThan(0);
  book.refuse(false);
  await book.host.pass(10_000);
  expect(book.stats()).toMatchObject({ queued: 0, dropped: 0 });
  expect(book.rollups().map((row) => row.start / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a store that stays away costs the oldest minutes, and their calls are counted as dropped', async () => {
  const book = start({ maxRows: 5 });
  book.refuse(true);
  for (let minute = 0; minute < 8; minute++) book.end({ at: minute * MINUTE });
  expect(book.stats()).toMatchObject({ queued: 5, dropped: 3 });
});

test('what is written in part waits no longer than until it may have been added up elsewhere', async () => {
  const book = start();
  book.end({ model: 'a' });
  await book.host.pass(1000);
  book.end({ model: 'a' });
  book.end({ model: 'b' });
  book.refuse(true);
  for (let hour = 0; hour < 4; hour++) await book.host.pass(60 * MINUTE);
  expect(book.stats()).toMatchObject({ queued: 1, dropped: 1 });
  book.refuse(false);
  await book.host.pass(10_000);
  expect(book.rollups().map(({ model, requests }) => [model, requests])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});

test('nobody can make more rows a minute than there is room for', async () => {
  const book = start();
  for (let call = 0; call < 3000; call++) {
    book.end({ model: `model-${call}`, metadata: { session: call, [`key-${call}`]: 1 } });
  }
  await book.host.pass(1000);
  expect(book.rollups().length).toBeLessThanOrEqual(501);
  expect(book.rollups().find(({ model }) => model === OTHER)?.requests).toBe(2500);
  expect(sum(book.rollups())).toBe(3000);
  expect(book.pairs().length).toBeLessThanOrEqual(1100);
  const sessions = book.pairs().filter(({ key }) => key === 'session');
  expect(sum(sessions)).toBe(3000);
  expect(sessions.some(({ value }) => value === OTHER)).toBe(true);
  expect(new Set(book.pairs().map(({ key }) => key)).size).toBeLessThanOrEqual(51);
  expect(book.totals().length).toBeLessThanOrEqual(1001);
});

test('names are cut, and hold no sign that a database refuses', async () => {
  const book = start();
  book.end({ model: `a\0\ud800${'x'.repeat(1000)}` });
  await book.host.pass(1000);
  const [row] = book.rollups();
  expect(row?.model).toHaveLength(200);
  expect(row?.model.slice(0, 3)).toBe('a\ufffd\ufffd');
});

test('a clean stop writes everything, also when the store fails once', async () => {
  const book = start();
  book.end({});
  book.refuse(true);
  const closed = book.close();
  await settle();
  book.refuse(false);
  await book.host.pass(500);
  await closed;
  expect(book.rollups()).toHaveLength(1);
  expect(book.host.armed()).toBe(0);
});

test('a stop waits ten seconds for a store that hangs, and says what it left', async () => {
  const book = start({ sink: { write: () => new Promise(() => {}) } });
  book.end({});
  const closed = book.close();
  await book.host.pass(10_000);
  await closed;
  expect(book.host.reports.at(-1)).toContain('1 rows');
  const failing = start();
  failing.refuse(true);
  failing.end({});
  const ended = failing.close();
  await settle();
  await failing.host.pass(10_000);
  await ended;
  expect(failing.host.reports.at(-1)).toContain('1 rows');
});

test('without an interval the end of a call covers its write, and leaves no timer', async () => {
  const book = start({ flushIntervalMs: 0 });
  await book.end({});
  expect(book.rollups()).toHaveLength(1);
  book.refuse(true);
  await book.end({ model: 'b' });
  book.refuse(false);
  await Promise.all([book.end({ model: 'c' }), book.end({ model: 'c' })]);
  expect(book.rollups().map(({ model }) => model)).toEqual(expect.arrayContaining(['b', 'c']));
  expect(book.host.armed()).toBe(0);
});

test('totals grow for as long as the process lives, by class of status', async () => {
  const book = start();
  book.end({ durationMs: 3, cost: 5, tokens: [1, 2] });
  await book.host.pass(10 * MINUTE);
  book.end({ at: 10 * MINUTE, durationMs: 400, status: 201 });
  book.end({ at: 10 * MINUTE, durationMs: 10_000_000, status: 502 });
  const [good, bad] = book.totals();
  expect(good).toMatchObject({ statusClass: '2xx', requests: 2, failures: 0, costNanos: 5, durationSumMs: 403 });
  expect(good?.durationCounts.slice(0, 5)).toEqual([1, 0, 0, 0, 1]);
  expect(bad).toMatchObject({ statusClass: '5xx', requests: 1, failures: 1 });
  expect(sum(bad?.durationCounts.map((requests) => ({ requests })) ?? [])).toBe(0);
});

test('quantiles are those of the reference implementation', async () => {
  const book = start();
  const reference = new DDSketch({ relativeAccuracy: 0.01 });
  for (let call = 0; call < 2000; call++) {
    const durationMs = Math.round(1 + 100 * Math.exp(((call * 7919) % 2000) / 300));
    reference.accept(durationMs);
    book.end({ durationMs });
  }
  await book.host.pass(1000);
  const durations = Sketch.fromBytes(book.rollups()[0]?.durations ?? new Uint8Array());
  for (const q of [0, 0.5, 0.95, 0.99, 1])
    expect(durations.quantile(q)).toBeCloseTo(reference.getValueAtQuantile(q), 6);
});

function sum(rows: readonly { readonly requests: number }[]): number {
  return rows.reduce((total, { requests }) => total + requests, 0);
}

/** Roll-ups with a fake store and clock; `end` ends a call. */
function start(options: Partial<AnalyticsOptions> = {}, id?: string) {
  const host = fakeHost();
  const writes: (readonly [readonly Rollup[], readonly MetadataRollup[]])[] = [];
  let isAway = false;
  const sink: RollupSink = {
    async write(rollups, metadata) {
      if (isAway) throw new Error('the store is away');
      writes.push([rollups, metadata]);
    },
  };
  const plugin = analytics({ sink, timer: host.timer, ...options });
  const hooks = plugin.setup({ ...host, newId: () => id ?? host.newId() });
  return {
    host,
    writes,
    rollups: () => writes.flatMap(([rollups]) => rollups),
    pairs: () => writes.flatMap(([, metadata]) => metadata),
    stats: plugin.stats,
    totals: plugin.totals,
    refuse(away: boolean) {
      isAway = away;
    },
    close: async () => hooks.close?.(),
    end(ended: Ended) {
      const { call, outcome } = finished(ended);
      return hooks.end?.(call, outcome);
    },
  };
}
