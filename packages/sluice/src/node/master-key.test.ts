import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig, type SluiceConfig } from '../index.ts';
import { masterKeyOf } from './master-key.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('the first start makes a key of 32 bytes that its owner alone can read, and later ones find it', async () => {
  const dataDir = join(directory, 'made', 'on', 'the', 'way');
  const key = masterKeyOf(configOf({ SLUICE_DATA_DIR: dataDir }));
  expect(Buffer.from(String(key), 'base64')).toHaveLength(32);
  expect(masterKeyOf(configOf({ SLUICE_DATA_DIR: dataDir }))).toBe(key);
  expect(await readdir(dataDir)).toEqual(['master.key']);
  expect((await stat(join(dataDir, 'master.key'))).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
});

test('of those that start at once all have one key', async () => {
  const dirs = Array.from({ length: 100 }, (_, number) => join(directory, String(number)));
  for (const dir of dirs) await mkdir(dir);
  const meeting = new SharedArrayBuffer(4);
  const keys = await Promise.all(Array.from({ length: STARTERS }, () => keysOfStarter(dirs, meeting)));
  for (const [index, dir] of dirs.entries()) {
    const kept = await readFile(join(dir, 'master.key'), 'utf8');
    expect(keys.map((each) => each[index])).toEqual(Array(STARTERS).fill(kept));
    expect(await readdir(dir)).toEqual(['master.key']);
  }
});

test('a key that somebody wrote with an editor ends before its newline', async () => {
  await writeFile(join(directory, 'master.key'), 'a-key-of-somebody-s-own-choice-0123456789\n');
  expect(masterKeyOf(configOf())).toBe('a-key-of-somebody-s-own-choice-0123456789');
});

test('SLUICE_MASTER_KEY is the key, and nothing is written', async () => {
  const SLUICE_MASTER_KEY = 'master-key-for-tests-0123456789-0123456789';
  expect(masterKeyOf(configOf({ SLUICE_MASTER_KEY }))).toBe(SLUICE_MASTER_KEY);
  expect(await readdir(directory)).toEqual([]);
});

test('a database that is shared gets no key of one machine', async () => {
  expect(masterKeyOf(configOf({ SLUICE_DATABASE_URL: 'postgres://127.0.0.1/sluice' }))).toBeUndefined();
  expect(await readdir(directory)).toEqual([]);
});

/** More than there are cores would wait for each other. */
const STARTERS = 2;

function configOf(env: Readonly<Record<string, string>> = {}): SluiceConfig {
  const all: Readonly<Record<string, string>> = { SLUICE_DATA_DIR: directory, ...env };
  return readConfig({ env: (name) => all[name] });
}

/** A thread that asks for the keys of all directories in turn, each at the same moment as the others. */
function keysOfStarter(dirs: readonly string[], meeting: SharedArrayBuffer): Promise<readonly string[]> {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { dirs, meeting, starters, module } = workerData;
    const arrived = new Int32Array(meeting);
    import(module).then(({ masterKeyOf }) => {
      const keys = dirs.map((dataDir, index) => {
        Atomics.add(arrived, 0, 1);
        while (Atomics.load(arrived, 0) < (index + 1) * starters);
        return masterKeyOf({ dataDir });
      });
      parentPort.postMessage(keys);
    });
  `;
  const module = new URL('./master-key.ts', import.meta.url).href;
  const worker = new Worker(script, { eval: true, workerData: { dirs, meeting, starters: STARTERS, module } });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
