/** The same step for PostgreSQL. Throws for what cannot be said there: such a step needs another way in the schema. */
export function translateMigration(sqlite: string): string {
  if (/\bPRAGMA\b|\bAUTOINCREMENT\b/i.test(sqlite)) {
    throw new Error('This migration is SQLite alone (PRAGMA, AUTOINCREMENT). Change tables by adding columns instead.');
  }
  return sqlite
    .replace(/(`\w+`) (integer|blob|real|text)\b/g, (_, name: string, type: string) => `${name} ${TYPES[type]}`)
    .replaceAll('`', '"')
    .replace(/(CREATE TABLE "(\w+)" \(\n[^;]*\n\));/g, (whole, create: string, table: string) => {
      const column = PARTITIONED[table];
      return column === undefined ? whole : partitioned(create, table, column);
    });
}

/** By day, since ids begin with the time: see src/log-partitions.ts, which adds the days. */
const PARTITIONED: Readonly<Record<string, string>> = { logs: 'id', log_bodies: 'log_id' };

function partitioned(create: string, table: string, column: string): string {
  return `${create} PARTITION BY RANGE ("${column}");
--> statement-breakpoint
CREATE TABLE "${table}_default" PARTITION OF "${table}" DEFAULT;`;
}

const TYPES: Readonly<Record<string, string>> = {
  // SQLite's whole numbers have 64 bits, and flags are 0 and 1.
  integer: 'bigint',
  blob: 'bytea',
  real: 'double precision',
  // Sorted by its bytes, as SQLite sorts, whatever language the database was made for.
  text: 'text COLLATE "C"',
};
