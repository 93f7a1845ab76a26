import { expect, test } from 'vitest';
import { exampleRecord } from '../test/example-record.ts';
import { createStorage } from './index.ts';
import { openNodeSqlite } from './node-sqlite.ts';

test('a log of many stretches is added up as one', async () => {
  const storage = createStorage(await openNodeSqlite(':memory:'));
  await storage.migrate();
  const rows = Array.from({ length: 12_000 }, (_, index) => ({
    record: {
      ...exampleRecord(`row-${index}`),
      createdAt: 1_700_000_000_000 + Math.floor(index / 7),
      model: index % 3 === 0 ? 'a' : 'b',
      costNanos: index % 2 === 0 ? index : null,
      durationMs: 100 + (index % 10),
      feedback: index % 4 === 0 ? 1 : index % 4 === 1 ? -1 : null,
    },
    bodies: null,
  }));
  for (let at = 0; at < rows.length; at += 500) await storage.logs.insert(rows.slice(at, at + 500));
  const measure = (...sets: readonly string[]) =>
    storage.evaluations.measure(
      'account',
      'gateway',
      sets.map((model) => ({ filters: [{ key: 'model', operator: 'eq', value: [model] }] })),
    );
  const all = {
    total: 12_000,
    priced: 6000,
    averageCostNanos: 5999,
    averageDurationMs: 104.5,
    rated: 6000,
    liked: 3000,
  };
  expect(await storage.evaluations.measure('account', 'gateway', [{ filters: [] }])).toEqual(all);
  expect(await measure('a', 'b')).toEqual(all);
  expect(await measure('b')).toMatchObject({ total: 8000, priced: 4000, rated: 4000, liked: 2000 });
  await storage.close();
});
