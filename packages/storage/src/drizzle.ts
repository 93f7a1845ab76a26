import { drizzle, type SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy';
import type { SqlDatabase, SqlValue } from './database.ts';

/** drizzle's query builder over any `SqlDatabase`. */
export type Drizzle = SqliteRemoteDatabase;

/** Lets drizzle write the SQL and read the rows, while the driver only carries them. */
export function drizzleOver(database: SqlDatabase): Drizzle {
  return drizzle(async (sql, params: SqlValue[], method) => {
    const rows = await database.query(sql, params).catch((error: unknown) => {
      // drizzle puts the parameters into the message of its error, and they may hold secrets. The array is this call's own.
      params.length = 0;
      throw error;
    });
    // For `get` drizzle wants the row itself, or something falsy.
    return { rows: method === 'get' ? (rows[0] as unknown[]) : rows };
  });
}
