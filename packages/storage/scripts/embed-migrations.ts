import { readdirSync, readFileSync } from 'node:fs';
import { translateMigration } from './translate-migration.ts';

/** A file of `migrations/sqlite` or `migrations/postgres`. */
interface MigrationFile {
  readonly name: string;
  readonly sql: string;
}

const folder = new URL('../migrations/sqlite/', import.meta.url);

/** What drizzle-kit wrote. */
export function sqliteMigrations(): MigrationFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));
}

/** The same for PostgreSQL: what `migrations/postgres` holds. */
export function postgresMigrations(): MigrationFile[] {
  return sqliteMigrations().map(({ name, sql }) => ({ name, sql: translateMigration(sql) }));
}

/** The module that holds both. */
export function embeddedMigrations(): string {
  return [
    '// Written by `pnpm --filter @sluice/storage generate` from migrations/.\n',
    "import type { Migration } from './migrate.ts';\n\n",
    constant('SQLITE_MIGRATIONS', sqliteMigrations()),
    '\n',
    constant('POSTGRES_MIGRATIONS', postgresMigrations()),
  ].join('');
}

function constant(name: string, files: readonly MigrationFile[]): string {
  const entries = files.map((file) => `  { name: ${JSON.stringify(file.name)}, sql: ${JSON.stringify(file.sql)} },\n`);
  return `export const ${name}: readonly Migration[] = [\n${entries.join('')}];\n`;
}
