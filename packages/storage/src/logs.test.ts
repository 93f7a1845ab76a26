import type { LogBodies } from '@sluice/core';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleRecord } from '../test/example-record.ts';
import { createStorage, type Storage } from './storage.ts';

let storage: Storage;

beforeEach(async () => {
  storage = createStorage(await openNodeSqlite(':memory:'));
  await storage.migrate();
});
afterEach(() => storage.close());

const LONG = new Uint8Array(3 * 512 * 1024 + 1).fill(7);
const SHORT = new Uint8Array([1, 2]);

test.each<{ name: string; first: LogBodies | null }>([
  { name: 'no bodies', first: null },
  { name: 'one of them', first: { request: SHORT, response: null } },
  { name: 'shorter ones', first: { request: SHORT, response: SHORT } },
])('a row that was written with $name gets no other bodies later', async ({ first }) => {
  const record = exampleRecord('same');
  await storage.logs.insert([{ record, bodies: first }]);
  await storage.logs.insert([{ record, bodies: { request: LONG, response: LONG } }]);
  expect(await storage.logs.body('same', 'request')).toEqual(first?.request ?? undefined);
  expect(await storage.logs.body('same', 'response')).toEqual(first?.response ?? undefined);
});

test('sides of different length come back whole', async () => {
  await storage.logs.insert([{ record: exampleRecord('a'), bodies: { request: SHORT, response: LONG } }]);
  expect(await storage.logs.body('a', 'request')).toEqual(SHORT);
  expect((await storage.logs.body('a', 'response'))?.byteLength).toBe(LONG.byteLength);
  expect(await storage.logs.bodyHead('a', 'request', 2)).toEqual({ bytes: SHORT, complete: true });
});
