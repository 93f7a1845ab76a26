import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';

const run = promisify(execFile);
const binaries = fileURLToPath(new URL('../../../node_modules/.bin/', import.meta.url));
const program = fileURLToPath(new URL('../test/write-log.ts', import.meta.url));
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'));
  file = join(folder, 'sluice.db');
});
afterEach(() => rm(folder, { recursive: true }));

test('Node, Bun and Deno share one file from the first moment, and no row is lost', async () => {
  const batches = 25;
  const writers = await Promise.all([
    run(`${binaries}node`, [program, file, `${batches}`, 'node']),
    run(`${binaries}bun`, [program, file, `${batches}`, 'bun']),
    run(`${binaries}deno`, ['run', '-A', program, file, `${batches}`, 'deno']),
  ]);
  expect(writers.map(({ stdout }) => stdout.trim())).toEqual([
    'hello from node for account',
    'hello from bun for account',
    'hello from deno for account',
  ]);
  const storage = createStorage(await openNodeSqlite(file));
  expect((await storage.logs.list('account', 'gateway', { page: 1, perPage: 1 })).total).toBe(3 * batches * 20);
  expect(await storage.tokens.count()).toBe(3);
  await storage.close();
});

test('the file is journalled ahead, synced at checkpoints, and keeps its references', async () => {
  const database = await openNodeSqlite(file);
  const pragma = async (name: string) => (await database.query(`PRAGMA ${name}`, []))[0]?.[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(1);
  expect(await pragma('foreign_keys')).toBe(1);
  await database.close();
});

test('a writer waits for another one without stopping the process', async () => {
  const [first, second] = [await openNodeSqlite(file), await openNodeSqlite(file)];
  await first.write([{ sql: 'CREATE TABLE t (n INTEGER)', rows: [[]] }]);
  await first.query('BEGIN IMMEDIATE', []);
  const waiting = second.write([{ sql: 'INSERT INTO t VALUES (?)', rows: [[1], [2]] }]);
  await first.query('COMMIT', []);
  await waiting;
  expect(await first.query('SELECT n FROM t', [])).toEqual([[1], [2]]);
  await first.close();
  await second.close();
});

test('closing twice is fine', async () => {
  const database = await openNodeSqlite(':memory:');
  await database.close();
  await database.close();
});
