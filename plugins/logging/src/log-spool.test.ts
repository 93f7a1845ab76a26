import type { LogEntry, LogSink } from '@sluice/core';
import { expect, test } from 'vitest';
import { type LoggingOptions, type LogSpool, logging } from './index.ts';
import { bytesOf, fakeHost, fakeSink, finished, settle } from './test-call.ts';

test('while the sink works nothing goes to the spool', async () => {
  const log = start();
  for (let index = 0; index < 50; index += 1) {
    log.call(`row-${index}`);
    await log.host.pass(100);
  }
  expect(log.spool.appended).toEqual([]);
  expect(log.stats()).toMatchObject({ written: 50, spooled: 0, spooledBytes: 0 });
});

test('while the sink fails no row is in memory alone for longer than an interval, and all are written when it is back', async () => {
  const log = start();
  log.sink.refuse = () => true;
  for (let index = 0; index < 3_000; index += 1) {
    log.call(`row-${index}`, 100);
    // Ten minutes.
    await log.host.pass(200);
    expect(log.stats().queued).toBeLessThan(6);
  }
  expect(log.stats()).toMatchObject({ written: 0, dropped: 0, droppedBodies: 0 });
  expect(log.stats().queued + log.stats().spooled).toBe(3_000);
  log.sink.refuse = () => false;
  await log.passUntilWritten(3_000);
  const ids = log.batches().flat();
  expect(ids).toHaveLength(3_000);
  expect(new Set(ids).size).toBe(3_000);
  expect(log.sink.batches.flat().every(({ bodies }) => bodies?.request?.byteLength === 100)).toBe(true);
  expect(log.stats()).toMatchObject({ queued: 0, queuedBytes: 0, spooled: 0, spooledBytes: 0, written: 3_000 });
  expect(log.host.armed()).toBe(0);
});

test('what waited is written in the order in which it came, and new rows do not wait for it', async () => {
  const log = start({ maxBatch: 2 });
  log.sink.refuse = () => true;
  for (let index = 0; index < 10; index += 1) log.call(`old-${index}`);
  for (let round = 0; round < 3; round += 1) await log.host.pass(200);
  expect(log.stats()).toMatchObject({ queued: 0, spooled: 10 });
  log.sink.refuse = () => false;
  log.call('new');
  await log.passUntilWritten(11);
  const ids = log.batches().flat();
  expect(ids.indexOf('new')).toBeLessThan(4);
  expect(ids).toHaveLength(11);
  // Those with which the sink was tried meanwhile are not the first.
  const untried = Array.from({ length: 7 }, (_, index) => `old-${index + 3}`);
  expect(ids.filter((id) => untried.includes(id))).toEqual(untried);
});

test('a failure that is over at the next try needs no spool', async () => {
  const log = start();
  let failures = 1;
  log.sink.refuse = () => failures-- > 0;
  log.call('a');
  await log.host.pass(200);
  log.call('b');
  await log.host.pass(100);
  await log.host.pass(200);
  expect(log.batches().flat().sort()).toEqual(['a', 'b']);
  expect(log.spool.appended).toEqual([]);
});

test('a sink that says nothing for a second counts as away', async () => {
  const log = start({ sink: { insert: () => new Promise(() => {}) } });
  log.call('a');
  await log.host.pass(200);
  log.call('b');
  for (let round = 0; round < 6; round += 1) await log.host.pass(200);
  expect(log.spool.appended).toEqual(['b']);
});

test('rows that come faster than they are written are spooled before memory is full', async () => {
  const log = start({ sink: { insert: () => new Promise(() => {}) }, maxQueueBytes: 100_000, maxBatch: 10 });
  for (let index = 0; index < 1_000; index += 1) {
    log.call(`row-${index}`);
    if (index % 10 === 0) await settle();
  }
  expect(log.stats()).toMatchObject({ dropped: 0, droppedBodies: 0 });
  expect(log.stats().queued + log.stats().spooled).toBe(1_000);
  expect(log.stats().queuedBytes).toBeLessThanOrEqual(100_000);
});

test('a spool that can not be written leaves rows in memory, bounded, and the operator hears of it', async () => {
  const log = start();
  log.sink.refuse = () => true;
  log.spool.refuses = true;
  log.call('a');
  for (let round = 0; round < 4; round += 1) {
    await log.host.pass(200);
    log.call(`more-${round}`);
  }
  expect(log.stats()).toMatchObject({ queued: 5, spooled: 0, dropped: 0 });
  expect(log.stats().spoolFailures).toBeGreaterThan(0);
  expect(log.host.reports.filter((report) => report.includes('spool can'))).toHaveLength(1);
  log.sink.refuse = () => false;
  for (let round = 0; round < 5; round += 1) await log.host.pass(10_000);
  expect(log.stats()).toMatchObject({ queued: 0, written: 5 });
});

test('what the spool drops is counted and told', async () => {
  const log = start();
  log.sink.refuse = () => true;
  log.spool.room = 3;
  for (let index = 0; index < 10; index += 1) log.call(`row-${index}`);
  for (let round = 0; round < 3; round += 1) await log.host.pass(200);
  expect(log.stats()).toMatchObject({ spooled: 3, dropped: 7 });
  expect(log.host.reports).toContainEqual(expect.stringMatching(/[1-7] rows .* dropped .* spoolBytes/));
});

test('a start writes what an earlier process left, and so does whoever finds it later', async () => {
  const log = start({}, ['left-1', 'left-2']);
  await log.passUntilWritten(2);
  expect(log.batches()).toEqual([['left-1', 'left-2']]);
  log.spool.find(['left-3']);
  await log.passUntilWritten(3);
  expect(log.batches().flat()).toEqual(['left-1', 'left-2', 'left-3']);
});

test('a row that no sink takes holds up none of the spool', async () => {
  const log = start({}, ['poison', 'a', 'b']);
  log.sink.refuse = (entries) => entries.some(({ record }) => record.id === 'poison');
  for (let round = 0; round < 12; round += 1) await log.host.pass(10_000);
  expect(log.batches().flat().sort()).toEqual(['a', 'b']);
  expect(log.stats()).toMatchObject({ spooled: 0, written: 2, dropped: 1 });
});

test('close during an outage puts what is in memory into the spool, and does not wait', async () => {
  const log = start();
  log.sink.refuse = () => true;
  log.call('a');
  log.call('b');
  await log.close();
  expect(log.spool.appended).toEqual(['a', 'b']);
  expect(log.host.reports.filter((report) => report.includes('closed before'))).toEqual([]);
});

test('close keeps what a silent sink was given', async () => {
  const log = start({ sink: { insert: () => new Promise(() => {}) } });
  log.call('a');
  await log.host.pass(200);
  log.call('b');
  const closed = log.close();
  await log.host.pass(10_000);
  await closed;
  expect([...log.spool.appended].sort()).toEqual(['a', 'b']);
  expect(log.host.reports).toEqual([]);
});

test('close writes what waits in the spool while the sink works', async () => {
  const log = start({ maxBatch: 1 }, ['a', 'b', 'c']);
  await log.close();
  expect(log.batches().flat()).toEqual(['a', 'b', 'c']);
});

test('with an interval of 0 a row that was refused is spooled within its call', async () => {
  const log = start({ flushIntervalMs: 0 });
  log.sink.refuse = () => true;
  await log.call('a');
  expect(log.stats()).toMatchObject({ queued: 0, spooled: 1 });
  log.sink.refuse = () => false;
  await log.call('b');
  await log.passUntilWritten(2);
  expect(log.batches().flat()).toEqual(['b', 'a']);
});

/** A log with a fake store, spool and clock; the rows of `left` are in the spool from the start. */
function start(options: Partial<LoggingOptions & { sink: LogSink }> = {}, left: readonly string[] = []) {
  const host = fakeHost();
  const sink = fakeSink();
  const spool = fakeSpool(left);
  const plugin = logging({ sink, spool, timer: host.timer, ...options });
  const hooks = plugin.setup(host);
  return {
    host,
    sink,
    spool,
    stats: plugin.stats,
    close: async () => hooks.close?.(),
    batches: () => sink.batches.map((batch: LogEntry[]) => batch.map(({ record }) => record.id)),
    async passUntilWritten(count: number) {
      for (let round = 0; plugin.stats().written < count && round < 5_000; round += 1) await host.pass(10_000);
    },
    call(id: string, size = 2) {
      const { call, outcome } = finished({ id, body: bytesOf('x'.repeat(size)) });
      return hooks.end?.(call, outcome);
    },
  };
}

interface FakeSpool extends LogSpool {
  readonly appended: string[];
  refuses: boolean;
  /** How many rows fit. */
  room: number;
  find(ids: readonly string[]): void;
}

function fakeSpool(left: readonly string[]): FakeSpool {
  const portions: LogEntry[][] = [];
  let dropped = 0;
  let wake = (): void => {};
  const rows = () => portions.reduce((sum, portion) => sum + portion.length, 0);
  const spool: FakeSpool = {
    appended: [],
    refuses: false,
    room: Number.POSITIVE_INFINITY,
    async append(entries) {
      if (spool.refuses) throw new Error('the disk is full');
      for (const { record } of entries) spool.appended.push(record.id);
      portions.push([...entries]);
      while (rows() > spool.room) {
        dropped += 1;
        portions[0]?.shift();
        if (portions[0]?.length === 0) portions.shift();
      }
    },
    async oldest() {
      const [entries] = portions;
      if (entries === undefined) return undefined;
      return { entries, done: async () => void portions.splice(portions.indexOf(entries), 1) };
    },
    stats: () => ({ rows: rows(), bytes: rows() * 1000, dropped, droppedBodies: 0 }),
    onFound: (then) => {
      wake = then;
      if (rows() > 0) wake();
    },
    find(ids) {
      portions.push(ids.map(entryOf));
      wake();
    },
  };
  if (left.length > 0) portions.push(left.map(entryOf));
  return spool;
}

/** As the plugin made it of a call. */
function entryOf(id: string): LogEntry {
  const host = fakeHost();
  const sink = fakeSink();
  const hooks = logging({ sink, flushIntervalMs: 0 }).setup(host);
  let made: LogEntry | undefined;
  sink.refuse = ([entry]) => {
    made = entry;
    return false;
  };
  const { call, outcome } = finished({ id });
  void hooks.end?.(call, outcome);
  if (made === undefined) throw new Error('No row was made.');
  return made;
}
