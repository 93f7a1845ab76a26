import type { LogEntry, LogRecord, LogSink } from '@sluice/core';
import { getTableColumns } from 'drizzle-orm';
import type { SqlDatabase, SqlValue } from './database.ts';
import { bodyRows, INSERT_BODY } from './log-bodies.ts';
import { logs } from './schema/sqlite.ts';

/**
 * Writes a batch in one transaction. The statement is fixed and prepared once: building it anew for every row through
 * the query builder costs about three times the processor time.
 */
export function createLogWriter(database: SqlDatabase): LogSink {
  return {
    async insert(entries) {
      if (entries.length === 0) return;
      await database.write([
        // Bodies go first, while a row that is already there still shows that they came before.
        { sql: INSERT_BODY, rows: entries.flatMap(bodyRows) },
        { sql: INSERT_LOG, rows: entries.map(logRow) },
      ]);
    },
  };
}

const COLUMNS: readonly LogColumn[] = Object.entries(getTableColumns(logs)).map(([key, column]) => ({
  name: column.name,
  // The table is typed by `LogRecord`, so its keys are the record's.
  key: key as keyof LogRecord,
  toDriver: (value) => column.mapToDriverValue(value) as SqlValue,
}));

const INSERT_LOG =
  `INSERT INTO logs (${COLUMNS.map(({ name }) => name).join(', ')}) ` +
  `VALUES (${COLUMNS.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;

interface LogColumn {
  readonly name: string;
  readonly key: keyof LogRecord;
  toDriver(value: unknown): SqlValue;
}

function logRow({ record }: LogEntry): SqlValue[] {
  return COLUMNS.map(({ key, toDriver }) => {
    const value = record[key];
    return value === null ? null : toDriver(value);
  });
}
