import type { SqlDatabase, SqlValue, SqlWrite } from './database.ts';

/** The part of a Workers `D1Database` binding that is used here. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<unknown>;
}

/** A statement of a D1 binding. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  raw(): Promise<unknown[][]>;
}

/** Cloudflare D1. It has no interactive transaction: each `write` is one batch, which D1 runs whole or not at all. */
export function d1(binding: D1Binding): SqlDatabase {
  return {
    dialect: 'sqlite',
    query: async (sql, params) => {
      const rows = await binding
        .prepare(sql)
        .bind(...params)
        .raw();
      return rows as SqlValue[][];
    },
    write: async (writes) => {
      const statements = writes.flatMap((write) => bound(binding, write));
      if (statements.length > 0) await binding.batch(statements);
    },
    // The binding belongs to the runtime.
    close: async () => {},
  };
}

function bound(binding: D1Binding, { sql, rows }: SqlWrite): D1Statement[] {
  const statement = binding.prepare(sql);
  return rows.map((row) => statement.bind(...row.map(cheapest)));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * D1 sends a blob as a list of numbers, which takes several times its size in a Worker's memory. Most bodies are text,
 * so they go as text; the column reads either.
 */
function cheapest(value: SqlValue): SqlValue {
  if (!(value instanceof Uint8Array)) return value;
  try {
    return utf8.decode(value);
  } catch {
    return value;
  }
}
