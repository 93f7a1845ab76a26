import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { SqlDatabase, SqlValue, SqlWrite } from './database.ts';

/**
 * Opens a SQLite file (or `:memory:`) through `node:sqlite`, which Node, Bun and Deno all have. Several processes may
 * share the file: readers never wait, and a writer that finds it locked tries again for five seconds.
 */
export async function openNodeSqlite(path: string): Promise<SqlDatabase> {
  const connection = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true });
  await whenUnlocked(() => connection.exec('PRAGMA journal_mode = WAL'));
  connection.exec('PRAGMA synchronous = NORMAL');
  const statementFor = statementCache(connection);
  return {
    dialect: 'sqlite',
    query: async (sql, params) => {
      const rows = await whenUnlocked(() => statementFor(sql).all(...params));
      // `setReturnArrays` makes rows arrays; the types of `all` only know objects.
      return rows as unknown as SqlValue[][];
    },
    write: (writes) => whenUnlocked(() => writeAll(connection, statementFor, writes)),
    close: async () => {
      if (connection.isOpen) connection.close();
    },
  };
}

type StatementFor = (sql: string) => StatementSync;

// Waiting inside SQLite stops the whole process, so each wait is short and the long one is ours.
const BUSY_MS = 50;
const GIVE_UP_MS = 5000;
const PAUSE_MS = 20;
const KEPT_STATEMENTS = 200;

function writeAll(connection: DatabaseSync, statementFor: StatementFor, writes: readonly SqlWrite[]): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    for (const { sql, rows } of writes) {
      if (rows.length === 0) continue;
      const statement = statementFor(sql);
      for (const row of rows) statement.run(...row);
    }
    connection.exec('COMMIT');
  } catch (error) {
    // Some failures (a full disk) have rolled back already.
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Prepares each text once; the texts come from the repositories and are few. */
function statementCache(connection: DatabaseSync): StatementFor {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    const statement = connection.prepare(sql);
    statement.setReturnArrays(true);
    kept.set(sql, statement);
    return statement;
  };
}

async function whenUnlocked<T>(work: () => T): Promise<T> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function isLocked(error: unknown): boolean {
  // SQLITE_BUSY; Deno gives no number, so its text has to do.
  return error instanceof Error && error.message.includes('database is locked');
}
