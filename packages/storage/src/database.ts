/** What a column holds. Booleans are 0 and 1, structures are JSON text. */
export type SqlValue = string | number | null | Uint8Array;

/** One statement, run once for each of its rows of parameters. */
export interface SqlWrite {
  readonly sql: string;
  readonly rows: readonly (readonly SqlValue[])[];
}

export interface WriteOptions {
  /** For changes of tables, which take as long as they take: limits on the time of a statement don't apply. */
  readonly patient?: boolean;
}

/**
 * All that the repositories ask of a database. They write SQL that SQLite and PostgreSQL both understand, with `?` and `?1`
 * for parameters. Equal SQL texts come again and again, so a driver
 * that can keep a prepared statement keeps it.
 */
export interface SqlDatabase {
  /** For the few statements that cannot be the same. */
  readonly dialect: 'sqlite' | 'postgres';
  /** The rows of one statement, each as its column values in order. */
  query(sql: string, params: readonly SqlValue[]): Promise<SqlValue[][]>;
  /** Runs all of them in order as one transaction, or rejects and nothing happened. */
  write(writes: readonly SqlWrite[], options?: WriteOptions): Promise<void>;
  /** Gives the connection back. Safe to call twice. */
  close(): Promise<void>;
}
