import type { LogEntry, LogSink } from '@sluice/core';
import { expect, test } from 'vitest';
import { type LoggingOptions, logging } from './index.ts';
import { bytesOf, fakeHost, fakeSink, finished, settle } from './test-call.ts';

test('rows wait for each other and are written together, and no timer runs while nothing waits', async () => {
  const log = start();
  expect(log.host.armed()).toBe(0);
  log.call('a');
  log.call('b');
  expect(log.host.armed()).toBe(1);
  await log.host.pass(149);
  expect(log.batches()).toEqual([]);
  await log.host.pass(1);
  expect(log.batches()).toEqual([['a', 'b']]);
  expect(log.host.armed()).toBe(0);
});

test('flushIntervalMs and maxBatch say how long and how many', async () => {
  const log = start({ flushIntervalMs: 5, maxBatch: 2 });
  log.call('a');
  await log.host.pass(5);
  expect(log.batches()).toEqual([['a']]);
  for (const id of ['b', 'c', 'd', 'e', 'f']) log.call(id);
  await settle();
  expect(log.batches()).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f']]);
});

test('a full batch does not wait for the timer, nor is it written on the path of the call', async () => {
  const log = start({ maxBatch: 2 });
  log.call('a');
  log.call('b');
  expect(log.batches()).toEqual([]);
  await settle();
  expect(log.batches()).toEqual([['a', 'b']]);
});

test('one write is in flight at a time', async () => {
  const releases: (() => void)[] = [];
  const sink: LogSink = { insert: () => new Promise((resolve) => void releases.push(resolve)) };
  const log = start({ sink, maxBatch: 1 });
  log.call('a');
  await settle();
  log.call('b');
  await log.host.pass(10_000);
  expect(releases).toHaveLength(1);
  releases[0]?.();
  await settle();
  await log.host.pass(0);
  expect(releases).toHaveLength(2);
  log.call('c');
  const closed = log.close();
  await settle();
  expect(releases).toHaveLength(2);
  releases[1]?.();
  await settle();
  releases[2]?.();
  await closed;
  expect(log.stats().written).toBe(3);
});

test('a failing sink is left alone longer and longer, and no row is lost or doubled when it is back', async () => {
  const log = start();
  log.sink.refuse = () => true;
  log.call('a');
  log.call('b');
  await log.host.pass(200);
  for (const wait of [100, 200, 400, 800]) {
    const { failures } = log.stats();
    await log.host.pass(wait - 1);
    expect(log.stats().failures).toBe(failures);
    await log.host.pass(1);
    expect(log.stats().failures).toBe(failures + 1);
  }
  log.sink.refuse = () => false;
  await log.host.pass(10_000);
  expect(log.batches().flat().sort()).toEqual(['a', 'b']);
  expect(log.stats()).toMatchObject({ queued: 0, queuedBytes: 0, written: 2, dropped: 0 });
});

test('calls go on while the sink is down, and no full batch disturbs its rest', async () => {
  const log = start({ maxBatch: 3 });
  log.sink.refuse = () => true;
  log.call('a');
  await log.host.pass(200);
  for (const id of ['b', 'c', 'd']) log.call(id);
  await settle();
  expect(log.stats()).toMatchObject({ failures: 1, queued: 4 });
});

test('a row that no sink takes does not hold up the others for ever', async () => {
  const log = start();
  log.sink.refuse = (entries) => entries.some(({ record }) => record.id === 'poison');
  for (const id of ['a', 'poison', 'b', 'c']) log.call(id);
  for (let round = 0; round < 12; round += 1) await log.host.pass(10_000);
  expect(log.batches().flat().sort()).toEqual(['a', 'b', 'c']);
  expect(log.stats()).toMatchObject({ queued: 0, queuedBytes: 0, written: 3, dropped: 1 });
});

test('at the bound of the queue the oldest bodies go first', async () => {
  const log = start({ maxQueueBytes: 30_000 });
  for (const id of ['a', 'b', 'c']) log.call(id, 10_000);
  await log.host.pass(200);
  const kept = log.sink.batches.flat().map(({ record, bodies }) => [record.id, bodies !== null]);
  expect(kept).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ]);
  expect(log.stats()).toMatchObject({ dropped: 0, droppedBodies: 1, written: 3 });
});

test('when there is no body left to drop the oldest rows go, counted, and memory stays bounded', async () => {
  const log = start({ maxQueueBytes: 100_000 });
  log.sink.refuse = () => true;
  for (let index = 0; index < 5_000; index += 1) log.call(`row-${index}`, 100);
  const { dropped, queued, queuedBytes } = log.stats();
  expect(queuedBytes).toBeLessThanOrEqual(100_000);
  expect(dropped + queued).toBe(5_000);
  log.sink.refuse = () => false;
  await log.host.pass(60_000);
  await log.host.pass(60_000);
  expect(log.batches().flat().at(-1)).toBe('row-4999');
  expect(log.stats()).toMatchObject({ queued: 0, queuedBytes: 0, written: queued, dropped });
});

test('rows that are being written count towards the bound', async () => {
  const sink: LogSink = { insert: () => new Promise(() => {}) };
  const log = start({ sink, maxQueueBytes: 10_000 });
  for (let index = 0; index < 3; index += 1) log.call(`row-${index}`);
  await log.host.pass(200);
  for (let index = 0; index < 100; index += 1) log.call(`late-${index}`);
  expect(log.stats().queuedBytes).toBeLessThanOrEqual(10_000);
});

test('the operator hears of failures and of drops, but not of each', async () => {
  const log = start({ maxQueueBytes: 10_000 });
  log.sink.refuse = () => true;
  for (let index = 0; index < 100; index += 1) log.call(`row-${index}`);
  await log.host.pass(200);
  for (let round = 0; round < 5; round += 1) await log.host.pass(1_000);
  expect(log.host.reports).toEqual([
    expect.stringContaining('maxQueueBytes'),
    expect.stringMatching(/could not be written. \d+ rows wait/),
  ]);
  await log.host.pass(10_000);
  expect(log.host.reports).toHaveLength(3);
});

test('close writes what waits', async () => {
  const log = start({ maxBatch: 2 });
  for (const id of ['a', 'b', 'c']) log.call(id);
  await log.close();
  expect(log.batches().flat()).toEqual(['a', 'b', 'c']);
  expect(log.host.armed()).toBe(0);
});

test('close tries a failing sink again, then says what is left', async () => {
  const log = start();
  log.call('a');
  log.sink.refuse = () => true;
  const closed = log.close();
  await settle();
  log.sink.refuse = () => false;
  await log.host.pass(100);
  await closed;
  expect(log.batches()).toEqual([['a']]);
});

test('close does not wait for ever for a sink that never answers', async () => {
  const log = start({ sink: { insert: () => new Promise(() => {}) } });
  log.call('a');
  const closed = log.close();
  await log.host.pass(10_000);
  await closed;
  expect(log.host.reports.at(-1)).toContain('before 1 of its rows');
});

test('with an interval of 0 each call’s own background work covers its write, and no timer is used', async () => {
  const log = start({ flushIntervalMs: 0 });
  await log.call('a');
  expect(log.batches()).toEqual([['a']]);
  log.sink.refuse = () => true;
  await log.call('b');
  expect(log.stats()).toMatchObject({ queued: 1, failures: 1 });
  log.sink.refuse = () => false;
  await log.call('c');
  expect(log.batches().flat().sort()).toEqual(['a', 'b', 'c']);
  expect(log.host.armed()).toBe(0);
});

/** A log with a fake store and clock; `call` ends a call of this id whose request has so many bytes. */
function start(options: Partial<LoggingOptions> = {}) {
  const host = fakeHost();
  const sink = fakeSink();
  const plugin = logging({ sink, timer: host.timer, ...options });
  const hooks = plugin.setup(host);
  return {
    host,
    sink,
    stats: plugin.stats,
    close: async () => hooks.close?.(),
    batches: () => sink.batches.map((batch: LogEntry[]) => batch.map(({ record }) => record.id)),
    call(id: string, size = 2) {
      const { call, outcome } = finished({ id, body: bytesOf('x'.repeat(size)) });
      return hooks.end?.(call, outcome);
    },
  };
}
