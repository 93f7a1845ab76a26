import type { SqlDatabase, SqlValue } from './database.ts';
import { openConnection, type PostgresConnection } from './postgres/connection.ts';
import { createPool } from './postgres/pool.ts';
import { runStatement, runTransaction } from './postgres/statements.ts';
import { withinLimit } from './postgres/within-limit.ts';

export interface PostgresOptions {
  /** The most connections that are open at once; 10 unless set. */
  readonly max?: number;
  /** Milliseconds until a question without an answer is rejected, waiting and connecting included; 5000 unless set. */
  readonly limitMs?: number;
}

/**
 * PostgreSQL, from version 13. Connections are opened when they are needed and given up when they fall silent, so nothing
 * hangs while the server is away and everything works again when it is back. Its errors carry no parameters.
 */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<SqlDatabase> {
  const { max = 10, limitMs = 5000 } = options;
  const connect = openConnection(url, limitMs);
  const pool = createPool(max, connect);
  const use = <T>(work: (connection: PostgresConnection) => Promise<T>, ms = limitMs): Promise<T> =>
    withinLimit(pool, ms, work);
  return {
    dialect: 'postgres',
    query: (sql, params) => use((connection) => runStatement(connection, sql, params) as Promise<SqlValue[][]>),
    async write(writes, { patient = false } = {}) {
      if (writes.every(({ rows }) => rows.length === 0)) return;
      await use(
        (connection) => runTransaction(connection, writes, patient ? PATIENT_MS : undefined),
        patient ? PATIENT_MS : limitMs,
      );
    },
    close: () => pool.close(),
  };
}

/** An index over many million rows takes minutes. */
const PATIENT_MS = 30 * 60_000;
