import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillLog } from '../test/fill-log.ts';
import type { SqlDatabase } from './database.ts';
import type { LogFilter } from './log-filter.ts';
import type { LogQuery } from './log-list.ts';
import { createStorage, type Storage } from './storage.ts';

// A log of several slices: rows `row-1` to `row-29999`, a second apart, every thousandth of model `rare`, every third failed.
let database: SqlDatabase;
let storage: Storage;
const ROWS = 30_000;

beforeAll(async () => {
  database = await openNodeSqlite(':memory:');
  storage = createStorage(database, { now: () => ROWS * 1000 });
  await storage.migrate();
  await fillLog(database, ROWS);
  const change = (set: string, every: number) => ({
    sql: `UPDATE logs SET ${set} WHERE id LIKE 'row-%' AND (created_at - 1) / 1000 % ${every} = 0`,
    rows: [[]],
  });
  await database.write([
    change("model = 'rare', duration_ms = (created_at - 1) / 1000", 1000),
    change('success = 0, status_code = 500', 3),
  ]);
});
afterAll(() => database.close());

const page = async (query: Partial<LogQuery>) => {
  const { items, ...rest } = await storage.logs.list('account', 'gateway', { page: 1, perPage: 3, ...query });
  return { ids: items.map(({ id }) => id), ...rest };
};
const is = (key: string, ...value: LogFilter['value'][number][]): LogFilter => ({ key, operator: 'eq', value });

test('rows far apart are found in slices, page by page, in both directions', async () => {
  // Not by its index: two models are asked for.
  const filters = [is('model', 'rare', 'none')];
  expect(await page({ filters })).toEqual({
    ids: ['row-29000', 'row-28000', 'row-27000'],
    total: 10,
    isTotalLeast: true,
  });
  expect(await page({ filters, page: 10 })).toEqual({ ids: ['row-2000', 'row-1000'], total: 29 });
  expect(await page({ filters, page: 11 })).toEqual({ ids: [], total: 29 });
  expect((await page({ filters, direction: 'asc', page: 2 })).ids).toEqual(['row-4000', 'row-5000', 'row-6000']);
  expect((await page({ filters: [is('model', 'rare')], page: 2 })).ids).toEqual([
    'row-26000',
    'row-25000',
    'row-24000',
  ]);
  expect(await page({ filters: [...filters, is('success', false)] })).toMatchObject({
    ids: ['row-27000', 'row-24000', 'row-21000'],
    total: 9,
  });
});

test('a page far behind is where it should be', async () => {
  expect((await page({ page: 6667 })).ids).toEqual(['row-10001', 'row-10000', 'row-9999']);
  expect((await page({ page: 6667, direction: 'asc' })).ids).toEqual(['row-19998', 'row-19999', 'row-20000']);
  expect((await page({ page: 10_001 })).ids).toEqual([]);
  expect((await page({ filters: [is('success', true)], page: 5000 })).ids).toEqual([
    'row-7504',
    'row-7502',
    'row-7501',
  ]);
});

test('a selection is counted as far as is quickly done, and the whole log always', async () => {
  // Failures have an index, of which all is looked at.
  expect(await page({ filters: [is('success', false)] })).toEqual({ ids: expect.any(Array), total: 9999 });
  const most = await page({ filters: [is('success', true)] });
  expect(most).toMatchObject({ total: 6668, isTotalLeast: true });
  const young: LogFilter = { key: 'created_at', operator: 'gt', value: [5_000_000] };
  expect(await page({ filters: [young] })).toMatchObject({ total: 10_000, isTotalLeast: true });
  expect(await page({ filters: [is('model', 'rare')] })).toMatchObject({ total: 29 });
  expect(await page({})).toMatchObject({ total: ROWS });
});

test('another order looks at every slice', async () => {
  const longest = { orderBy: 'duration' } as const;
  expect((await page(longest)).ids).toEqual(['row-29000', 'row-28000', 'row-27000']);
  expect((await page({ ...longest, page: 2 })).ids).toEqual(['row-26000', 'row-25000', 'row-24000']);
});

test('the extent is that of every slice', async () => {
  const { extent } = await page({ extent: true });
  expect(extent?.durationMs).toEqual({ min: expect.any(Number), max: 29_000 });
});

test('deleting goes through every slice', async () => {
  const filters = [is('model', 'rare', 'none')];
  expect(await storage.logs.remove('account', 'gateway', { filters, limit: 20 })).toEqual({
    removed: 20,
    isDone: true,
  });
  expect((await page({ filters })).ids).toEqual(['row-9000', 'row-8000', 'row-7000']);
  expect(await page({ filters, perPage: 50 })).toMatchObject({ total: 9 });
  expect(await storage.logs.remove('account', 'gateway', { filters })).toEqual({ removed: 9, isDone: true });
  expect(await page({})).toMatchObject({ total: ROWS - 29 });
});
