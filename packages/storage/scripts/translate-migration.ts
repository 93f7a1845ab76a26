/** The same step for PostgreSQL. Throws for what cannot be said there: such a step needs another way in the schema. */
export function translateMigration(sqlite: string): string {
  if (/\bPRAGMA\b|\bAUTOINCREMENT\b/i.test(sqlite)) {
    throw new Error('This migration is SQLite alone (PRAGMA, AUTOINCREMENT). Change tables by adding columns instead.');
  }
  return sqlite
    .replace(/(`\w+`) (integer|blob|text)\b/g, (_, name: string, type: string) => `${name} ${TYPES[type]}`)
    .replaceAll('`', '"');
}

const TYPES: Readonly<Record<string, string>> = {
  // SQLite's whole numbers have 64 bits, and flags are 0 and 1.
  integer: 'bigint',
  blob: 'bytea',
  // Sorted by its bytes, as SQLite sorts, whatever language the database was made for.
  text: 'text COLLATE "C"',
};
