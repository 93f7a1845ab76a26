import type { SqlDatabase } from '@sluice/storage';
import { createStorage } from '@sluice/storage';
import { exampleRecord } from './example-record.ts';

/** Makes one row of the log many, in the database itself: so many, `stepMs` apart from the first on. */
export async function fillLog(database: SqlDatabase, count: number, stepMs = 1000): Promise<void> {
  const seed = { ...exampleRecord('seed'), createdAt: 1 };
  await createStorage(database, { now: () => 1 }).logs.insert([{ record: seed, bodies: null }]);
  const columns = (await database.query(COLUMNS[database.dialect], [])).map(([name]) => String(name));
  const others = columns.filter((name) => name !== 'id' && name !== 'created_at');
  const copy =
    `INSERT INTO logs (id, created_at, ${others.join(', ')}) ` +
    `SELECT 'row-' || n, n * ${stepMs} + 1, ${others.join(', ')} FROM logs, (${NUMBERS}) AS numbers WHERE id = 'seed'`;
  await database.write([{ sql: copy, rows: [[count - 1]] }], { patient: true });
}

const NUMBERS =
  'WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ?) SELECT n FROM series';

const COLUMNS = {
  sqlite: "SELECT name FROM pragma_table_info('logs')",
  postgres: "SELECT attname FROM pg_attribute WHERE attrelid = 'logs'::regclass AND attnum > 0 AND NOT attisdropped",
};
