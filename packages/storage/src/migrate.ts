import type { SqlDatabase, SqlWrite } from './database.ts';
import { SQLITE_MIGRATIONS } from './migrations.gen.ts';

/** One step of the schema: a file of `migrations/sqlite`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/**
 * Brings the tables up to date and names the steps it took. Each step is one transaction, and several processes may
 * start at once. The journal is the one `wrangler d1 migrations apply` keeps, so either finds the other's work.
 */
export async function migrate(database: SqlDatabase): Promise<readonly string[]> {
  await database.write([{ sql: CREATE_JOURNAL, rows: [[]] }]);
  const known = await appliedNames(database);
  const taken: string[] = [];
  for (const migration of SQLITE_MIGRATIONS) {
    if (!known.has(migration.name) && (await apply(database, migration))) taken.push(migration.name);
  }
  return taken;
}

const CREATE_JOURNAL =
  'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)';

/** False when another process was faster. */
async function apply(database: SqlDatabase, migration: Migration): Promise<boolean> {
  // The journal line goes first: its unique name turns the slower of two processes away before it touches a table.
  const claim: SqlWrite = { sql: 'INSERT INTO d1_migrations (name) VALUES (?)', rows: [[migration.name]] };
  try {
    await database.write([claim, ...statements(migration)]);
    return true;
  } catch (cause) {
    if ((await appliedNames(database)).has(migration.name)) return false;
    throw new Error(`Migration ${migration.name} failed and was rolled back.`, { cause });
  }
}

async function appliedNames(database: SqlDatabase): Promise<ReadonlySet<unknown>> {
  const rows = await database.query('SELECT name FROM d1_migrations', []);
  return new Set(rows.map(([name]) => name));
}

function statements(migration: Migration): SqlWrite[] {
  return migration.sql.split('--> statement-breakpoint').map((sql) => ({ sql: sql.trim(), rows: [[]] }));
}
