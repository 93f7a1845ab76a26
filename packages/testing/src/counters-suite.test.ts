import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CounterDemand, Counters, CounterVerdict } from '@sluice/core';
import { memoryCounters } from '@sluice/storage/counters';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unstable_startWorker } from 'wrangler';
import { openCounters } from '../test/open-counters.ts';
import { type CountersSubject, testCounters } from './counters-suite.ts';
import { type MissingService, startPostgres, startRedis, type TestService } from './services/index.ts';

const TEST_MS = 120_000;
const folder = await mkdtemp(join(tmpdir(), 'sluice-counters-'));
const redis = await startRedis();
const postgres = await startPostgres();
const worker = await startWorker(folder);

afterAll(async () => {
  await worker.dispose();
  for (const service of [redis, postgres]) if (!('missing' in service)) await service.stop();
  await rm(folder, { recursive: true });
}, TEST_MS);

describe('memory', () => {
  const counters = memoryCounters();
  testCounters(async () => ({ connect: async () => counters, dispose: async () => {} }));

  test('they answer without a promise', () => {
    expect(counters.take([demandOf('sync')], { now: 0, lease: '' })).toMatchObject({ allowed: true });
  });

  test('past the cap the key that was counted longest ago is forgotten', () => {
    const small = memoryCounters({ maxKeys: 2 });
    const used = (key: string) => {
      const verdict = small.take([demandOf(key)], { now: 0, lease: '' }) as CounterVerdict;
      return verdict.standings[0]?.used;
    };
    expect(['a', 'b', 'a', 'c'].map(used)).toEqual([1, 1, 2, 1]);
    expect(['a', 'b'].map(used)).toEqual([3, 1]);
  });
});

describe('SQLite', () => {
  const path = join(folder, 'counters.db');
  testCounters(async () => subjectAt('sqlite', path));
  testProcesses('sqlite', path);
});

describeWith('Redis', redis, ({ url }) => {
  testCounters(async () => subjectAt('redis', url));
  testProcesses('redis', url);
});

describeWith('PostgreSQL', postgres, ({ url }) => {
  testCounters(async () => subjectAt('postgres', url));
  testProcesses('postgres', url);
});

describe('Durable Object in workerd', () => {
  testCounters(async () => ({ connect: async () => worker.counters, dispose: async () => {} }));

  test(
    'of 1,000 requests at once exactly the limit gets through',
    async () => {
      const demand = { ...demandOf('thousand'), limit: 100 };
      const asks = Array.from({ length: 1000 }, () => worker.counters.take([demand], { now: Date.now(), lease: '' }));
      const verdicts = await Promise.all(asks);
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(100);
    },
    TEST_MS,
  );
});

/** The promise for which counters exist: whoever asks at the same moment, from wherever. */
function testProcesses(kind: string, address: string): void {
  const processes: ChildProcess[] = [];
  beforeAll(async () => {
    for (let each = 0; each < 4; each++) processes.push(fork(PROCESS, [kind, address, '250']));
    await Promise.all(processes.map((child) => once(child, 'message')));
  }, TEST_MS);
  afterAll(() => {
    for (const child of processes) child.kill();
  });

  test(
    'of 1,000 calls at once from 4 processes exactly the limit gets through',
    async () => {
      const counts = processes.map((child) => once(child, 'message'));
      for (const child of processes) child.send({ ...demandOf('thousand'), limit: 100 });
      const passed = (await Promise.all(counts)).map(([count]) => Number(count));
      expect(passed.reduce((sum, count) => sum + count)).toBe(100);
    },
    TEST_MS,
  );
}

const PROCESS = join(import.meta.dirname, '../test/counters-process.ts');

/** A window of a day, so that none ends in the middle of a test. */
function demandOf(key: string): CounterDemand {
  return { key: `alone|${key}`, limit: 10, windowMs: 86_400_000, technique: 'fixed', amount: 1 };
}

async function subjectAt(kind: string, address: string): Promise<CountersSubject> {
  const closers: (() => Promise<void>)[] = [];
  return {
    connect: async () => {
      const { counters, close } = await openCounters(kind, address);
      closers.push(close);
      return counters;
    },
    dispose: async () => {
      for (const close of closers) await close();
    },
  };
}

function describeWith(
  name: string,
  service: TestService | MissingService,
  tests: (service: TestService) => void,
): void {
  if (!('missing' in service)) return void describe(name, () => tests(service));
  console.log(`Counters in ${name} are not tested. ${service.missing}`);
  describe.skip(name, () => test('is installed', () => {}));
}

interface CountersWorker {
  readonly counters: { take(...args: Parameters<Counters['take']>): Promise<CounterVerdict> } & Counters;
  dispose(): Promise<void>;
}

async function startWorker(folder: string): Promise<CountersWorker> {
  const config = join(folder, 'wrangler.json');
  await writeFile(
    config,
    JSON.stringify({
      name: 'counters',
      main: join(import.meta.dirname, '../test/counters-worker.ts'),
      compatibility_date: '2026-01-01',
      durable_objects: { bindings: [{ name: 'COUNTERS', class_name: 'CounterObject' }] },
      migrations: [{ tag: 'v1', new_sqlite_classes: ['CounterObject'] }],
    }),
  );
  const worker = await unstable_startWorker({
    config,
    dev: { server: { port: 0 }, inspector: false, logLevel: 'error', watch: false, persist: join(folder, 'state') },
  });
  await worker.ready;
  const ask = async (type: string, demands: readonly CounterDemand[], options: object) => {
    const response = await worker.fetch('http://counters/', {
      method: 'POST',
      body: JSON.stringify({ type, demands, options }),
    });
    if (!response.ok) throw new Error(`The worker answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { answer: unknown }).answer;
  };
  return {
    counters: {
      take: async (demands, options) => (await ask('take', demands, options)) as CounterVerdict,
      add: async (demands, options) => void (await ask('add', demands, options)),
      release: async (demands, options) => void (await ask('release', demands, options)),
    },
    dispose: () => worker.dispose(),
  };
}
