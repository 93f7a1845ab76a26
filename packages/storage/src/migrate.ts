import type { SqlDatabase, SqlWrite } from './database.ts';
import { POSTGRES_MIGRATIONS, SQLITE_MIGRATIONS } from './migrations.gen.ts';

/** One step of the schema: a file of `migrations/sqlite` or `migrations/postgres`. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

/** Brings the tables up to date and names the steps it took. Each step is one transaction, and several processes may start at once. */
export async function migrate(database: SqlDatabase): Promise<readonly string[]> {
  const journal = JOURNALS[database.dialect];
  await database.write(
    journal.create.map((sql) => ({ sql, rows: [[]] })),
    PATIENT,
  );
  const known = await appliedNames(database, journal);
  const taken: string[] = [];
  for (const migration of journal.migrations) {
    if (!known.has(migration.name) && (await apply(database, journal, migration))) taken.push(migration.name);
  }
  return taken;
}

/** Where the names of the steps that were taken are kept. */
interface Journal {
  readonly table: string;
  readonly create: readonly string[];
  readonly migrations: readonly Migration[];
}

const JOURNALS: Readonly<Record<SqlDatabase['dialect'], Journal>> = {
  sqlite: {
    // The one `wrangler d1 migrations apply` keeps, so either finds the other's work.
    table: 'd1_migrations',
    create: [
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    ],
    migrations: SQLITE_MIGRATIONS,
  },
  postgres: {
    table: 'sluice_migrations',
    create: [
      // IF NOT EXISTS alone lets two processes create it at once, and one of them fails.
      "SELECT pg_advisory_xact_lock(hashtext('sluice_migrations'))",
      'CREATE TABLE IF NOT EXISTS sluice_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now() NOT NULL)',
    ],
    migrations: POSTGRES_MIGRATIONS,
  },
};

const PATIENT = { patient: true };

/** False when another process was faster. */
async function apply(database: SqlDatabase, journal: Journal, migration: Migration): Promise<boolean> {
  // The journal line goes first: its unique name turns the slower of two processes away before it touches a table.
  const claim: SqlWrite = { sql: `INSERT INTO ${journal.table} (name) VALUES (?)`, rows: [[migration.name]] };
  try {
    await database.write([claim, ...statements(migration)], PATIENT);
    return true;
  } catch (cause) {
    if ((await appliedNames(database, journal)).has(migration.name)) return false;
    throw new Error(`Migration ${migration.name} failed and was rolled back.`, { cause });
  }
}

async function appliedNames(database: SqlDatabase, { table }: Journal): Promise<ReadonlySet<unknown>> {
  const rows = await database.query(`SELECT name FROM ${table}`, []);
  return new Set(rows.map(([name]) => name));
}

function statements(migration: Migration): SqlWrite[] {
  return migration.sql.split('--> statement-breakpoint').map((sql) => ({ sql: sql.trim(), rows: [[]] }));
}
