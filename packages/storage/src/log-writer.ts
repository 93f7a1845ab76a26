import type { LogRecord, LogSink } from '@sluice/core';
import { getTableColumns } from 'drizzle-orm';
import type { SqlDatabase, SqlValue } from './database.ts';
import { bodyWrites } from './log-bodies.ts';
import { countLate } from './log-counts.ts';
import type { LogGate } from './log-gate.ts';
import { metadataText } from './log-metadata.ts';
import { createLogPartitions } from './log-partitions.ts';
import { logs } from './schema/sqlite.ts';

/**
 * Writes a batch in one transaction. The statement is fixed and prepared once: building it anew for every row through
 * the query builder costs about three times the processor time.
 */
export function createLogWriter(database: SqlDatabase, gate: LogGate, now: () => number): LogSink {
  const makePartitions = database.dialect === 'postgres' ? createLogPartitions(database) : undefined;
  return {
    async insert(wanted) {
      const entries = await gate.admit(wanted);
      if (entries.length === 0) return;
      await makePartitions?.(entries.map(({ record }) => record.id));
      try {
        await database.write([
          countLate(entries, now()),
          ...bodyWrites(entries),
          { sql: INSERT_LOG, rows: entries.map(({ record }) => logRow(record)) },
        ]);
      } catch (error) {
        gate.forget();
        throw error;
      }
    },
  };
}

const COLUMNS = Object.entries(getTableColumns(logs));
const NAMES: readonly string[] = COLUMNS.map(([, column]) => column.name);
// The table is typed by `LogRecord`, so its keys are the record's.
const KEYS: readonly (keyof LogRecord)[] = COLUMNS.map(([key]) => key as keyof LogRecord);

const INSERT_LOG = `INSERT INTO logs (${NAMES.join(', ')}) VALUES (${NAMES.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;

/** What the columns' own `mapToDriverValue` would say of a record's values, without a call for each of them. */
function logRow(record: LogRecord): SqlValue[] {
  const row: SqlValue[] = [];
  for (const key of KEYS) {
    const value = key === 'metadata' && record.metadata !== null ? metadataText(record.metadata) : record[key];
    if (typeof value === 'boolean') row.push(value ? 1 : 0);
    else row.push(typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
  }
  return row;
}
