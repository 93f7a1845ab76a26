import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { sqliteCounters } from './node-sqlite-counters.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-counters-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what has expired leaves the file', async () => {
  const path = join(folder, 'counters.db');
  const counters = sqliteCounters(path);
  const demand = { limit: 9, windowMs: 60_000, technique: 'fixed', amount: 1 } as const;
  for (const key of ['a', 'b']) await counters.take([{ ...demand, key }], { now: 0, lease: '' });
  await counters.take([{ ...demand, key: 'c' }], { now: 600_000, lease: '' });
  await counters.close?.();
  const file = new DatabaseSync(path);
  expect(file.prepare('SELECT key FROM counters').all()).toEqual([{ key: 'w60000:c' }]);
  file.close();
});

test('a file that another process keeps locked is tried again, without a stop of this process', async () => {
  const path = join(folder, 'locked.db');
  const counters = sqliteCounters(path);
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const demand = { key: 'a', limit: 1, windowMs: 60_000, technique: 'fixed', amount: 1 } as const;
  const waiting = counters.take([demand], { now: 0, lease: '' });
  expect(waiting).toBeInstanceOf(Promise);
  other.exec('COMMIT');
  expect(await waiting).toMatchObject({ allowed: true });
  other.close();
  await counters.close?.();
});
