import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleRecord } from '../test/example-record.ts';
import { fillLog } from '../test/fill-log.ts';
import type { SqlDatabase } from './database.ts';
import { createStorage, type Storage } from './storage.ts';

let database: SqlDatabase;
let storage: Storage;
let time = 0;

const LONG = 120_000;
const SECOND = 1000;

beforeEach(async () => {
  database = await openNodeSqlite(':memory:');
  time = LONG * SECOND;
  storage = createStorage(database, { now: () => time });
  await storage.migrate();
});
afterEach(() => database.close());

const count = () => storage.logs.count('account', 'gateway');
const kept = async () => (await database.query('SELECT row_count, counted_until FROM log_counts', []))[0];

test('a short log is counted whole, and nothing is kept', async () => {
  await fillLog(database, 100);
  expect(await count()).toBe(100);
  expect(await kept()).toBeUndefined();
});

test('a long log is counted up to a moment, and follows what is written late, twice, and deleted', async () => {
  await fillLog(database, LONG);
  expect(await count()).toBe(LONG);
  const before = await kept();
  expect(Number(before?.[0])).toBe(LONG - 120);
  const write = (id: string, createdAt: number) =>
    storage.logs.insert([{ record: { ...exampleRecord(id), createdAt }, bodies: null }]);
  await write('late', 5);
  await write('late', 5);
  await write('young', time);
  expect(await count()).toBe(LONG + 2);
  expect(await kept()).toEqual([Number(before?.[0]) + 1, before?.[1]]);
  await storage.logs.remove('account', 'gateway', { limit: 100, direction: 'asc' });
  await storage.logs.remove('account', 'gateway', { limit: 10 });
  expect(await count()).toBe(LONG + 2 - 110);
  expect(await kept()).toEqual([Number(before?.[0]) + 1 - 100, before?.[1]]);
});

test('rows that may still be on their way are not counted for good', async () => {
  await fillLog(database, LONG);
  await count();
  expect(Number((await kept())?.[1])).toBeLessThanOrEqual(time - 2 * 60 * SECOND);
});

test('one millisecond with very many rows ends no count', async () => {
  await fillLog(database, LONG, 0);
  expect(await count()).toBe(LONG);
});
