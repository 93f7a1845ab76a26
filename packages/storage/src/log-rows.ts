import type { LogRecord } from '@sluice/core';
import { type Column, getTableColumns, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Dialect } from './log-sql.ts';
import { logs } from './schema/sqlite.ts';

/** The indexes that give rows in order of time. */
export type LogIndex = 'logs_newest' | 'logs_model' | 'logs_failed' | 'logs_failed_model';

/** The log, read by this index. SQLite keeps no statistics and would guess; PostgreSQL knows better than we do. */
export function logBy(index: LogIndex | undefined, dialect: Dialect): SQL {
  return index === undefined || dialect === 'postgres' ? sql`${logs}` : sql`${logs} INDEXED BY ${sql.raw(index)}`;
}

/** A column of such a log: drizzle takes no bare ones of what it doesn't know as a table. */
export function field<T extends Column>(
  column: T,
): SQL<T['_']['notNull'] extends true ? T['_']['data'] : T['_']['data'] | null> {
  return sql`${column}`.mapWith(column) as SQL<T['_']['notNull'] extends true ? T['_']['data'] : T['_']['data'] | null>;
}

/** A number of ours in the text itself. PostgreSQL then knows how few rows are wanted, and keeps the plan it has made. */
export function literal(number: number): Placeholder {
  // drizzle takes any SQL here, and its types only know placeholders.
  return sql.raw(String(Math.trunc(number))) as unknown as Placeholder;
}

/** All columns of a row. */
export const WHOLE_ROW = Object.fromEntries(
  Object.entries(getTableColumns(logs)).map(([key, column]) => [key, field(column)]),
) as { readonly [Key in keyof LogRecord]: SQL<LogRecord[Key]> };
