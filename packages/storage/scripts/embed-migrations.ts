import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../migrations/sqlite/', import.meta.url);

/** The module that holds what `migrations/sqlite` holds. */
export function embeddedMigrations(): string {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const entries = names.map((name) => {
    const sql = readFileSync(new URL(name, folder), 'utf8');
    return `  { name: ${JSON.stringify(name)}, sql: ${JSON.stringify(sql)} },\n`;
  });
  return [
    '// Written by `pnpm --filter @sluice/storage generate` from migrations/sqlite.\n',
    "import type { Migration } from './migrate.ts';\n\n",
    `export const SQLITE_MIGRATIONS: readonly Migration[] = [\n${entries.join('')}];\n`,
  ].join('');
}
