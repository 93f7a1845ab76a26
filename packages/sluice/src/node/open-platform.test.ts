import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { CounterDemand } from '@sluice/core';
import { nodeRuntime } from '@sluice/core/node';
import { unusedPort } from '@sluice/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Platform } from '../create-sluice.ts';
import { readConfig } from '../index.ts';
import { openPlatform } from './open-platform.ts';

let directory: string;
const opened: Required<Platform>[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close();
  await rm(directory, { recursive: true });
});

test('unset, one machine needs a database and a key alone: counters and cached answers are in memory', async () => {
  const platform = await open();
  await count(platform);
  await keep(platform);
  expect((await readdir(directory)).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(['master.key', 'sluice.db']);
});

test('counters in SQLite and cached answers in files are shared by all who open the same directory', async () => {
  const file = { counters: 'sqlite', cache: { backend: 'file' } };
  const [one, other] = [await open({}, file), await open({}, file)];
  expect(await count(one)).toBe(true);
  expect(await count(other)).toBe(false);
  await keep(one);
  expect(await other.cacheStore.get('key')).toEqual(VALUE);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test('cached answers take no more than cache.maxBytes', async () => {
  const platform = await open({}, { cache: { backend: 'memory', maxBytes: 8 } });
  await keep(platform);
  expect(await platform.cacheStore.get('key')).toBeNull();
});

test('nothing is opened or made for a database that is away, and nobody waits for a Redis that is', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const dead = `127.0.0.1:${await unusedPort()}`;
  const platform = await open({ SLUICE_DATABASE_URL: `postgres://${dead}/db`, SLUICE_REDIS_URL: `redis://${dead}` });
  await expect(count(platform)).rejects.toThrow();
  await expect(keep(platform)).rejects.toThrow();
  await expect(platform.storage.migrate()).rejects.toThrow('PostgreSQL cannot be reached');
  expect(await readdir(directory)).toEqual([]);
  expect(told).toHaveBeenCalledOnce();
  expect(told.mock.lastCall?.[0]).toContain(`Redis at ${dead}`);
  told.mockRestore();
});

test.each([
  ['SLUICE_DATABASE_URL', 'postgres://sluice:pw-test@not a host/db'],
  ['SLUICE_REDIS_URL', 'redis://sluice:pw-test@host:not-a-port'],
])('an address of %s that can not be read is told without its password', async (name, address) => {
  const failure = await open({ [name]: address }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: 'ConfigError', message: expect.stringContaining(name) });
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('pw-test');
});

const VALUE = new TextEncoder().encode('an answer');

async function open(env: Readonly<Record<string, string>> = {}, file: object = {}): Promise<Required<Platform>> {
  const all: Readonly<Record<string, string>> = {
    SLUICE_DATA_DIR: directory,
    SLUICE_CONFIG: JSON.stringify(file),
    ...env,
  };
  const platform = await openPlatform(readConfig({ env: (name) => all[name] }), nodeRuntime());
  opened.push(platform);
  return platform;
}

/** Whether the one that is allowed was still to be had. */
async function count({ counters }: Required<Platform>): Promise<boolean> {
  const one: CounterDemand = { key: 'key', limit: 1, windowMs: 3_600_000, technique: 'fixed', amount: 1 };
  return (await counters.take([one], { now: Date.now(), lease: 'call' })).allowed;
}

async function keep({ cacheStore }: Required<Platform>): Promise<void> {
  await cacheStore.set('key', VALUE, { ttlSeconds: 60 });
}
