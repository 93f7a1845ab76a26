import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createStorage, migrate, type SqlDatabase } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { expect, test } from 'vitest';
import { embeddedMigrations, postgresMigrations } from '../scripts/embed-migrations.ts';
import { SQLITE_MIGRATIONS } from './migrations.gen.ts';

test('the embedded migrations are the files of migrations/', () => {
  const embedded = readFileSync(new URL('./migrations.gen.ts', import.meta.url), 'utf8');
  expect(embedded).toBe(embeddedMigrations());
});

test('PostgreSQL is migrated by the same steps in its own words', () => {
  const folder = new URL('../migrations/postgres/', import.meta.url);
  const files = readdirSync(folder).map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8') }));
  expect(files.sort((one, other) => one.name.localeCompare(other.name))).toEqual(postgresMigrations());
});

test('a database that wrangler migrated needs nothing more', async () => {
  const database = await openNodeSqlite(':memory:');
  // The journal as wrangler writes it.
  await database.write([
    {
      sql: 'CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
      rows: [[]],
    },
    { sql: 'INSERT INTO d1_migrations (name) VALUES (?)', rows: SQLITE_MIGRATIONS.map(({ name }) => [name]) },
  ]);
  expect(await createStorage(database).migrate()).toEqual([]);
  await database.close();
});

test('a database of the first version keeps its gateways, and its tokens may do everything as before', async () => {
  const database = await openNodeSqlite(':memory:');
  const [first] = SQLITE_MIGRATIONS;
  const statements = first?.sql.split('--> statement-breakpoint') ?? [];
  await database.write(statements.map((sql) => ({ sql: sql.trim(), rows: [[]] })));
  const hash = createHash('sha256').update('sk-test-older-token').digest('hex');
  await database.write([
    {
      sql: 'CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
      rows: [[]],
    },
    { sql: 'INSERT INTO d1_migrations (name) VALUES (?)', rows: [[first?.name ?? '']] },
    { sql: 'INSERT INTO accounts (id, created_at) VALUES (?, ?)', rows: [['acme', 1]] },
    {
      sql: 'INSERT INTO tokens (id, account, name, hash, created_at) VALUES (?, ?, ?, ?, ?)',
      rows: [['1', 'acme', 'old', hash, 1]],
    },
  ]);
  const storage = createStorage(database);
  expect(await storage.migrate()).toEqual(SQLITE_MIGRATIONS.slice(1).map(({ name }) => name));
  expect(await storage.tokens.verify('sk-test-older-token')).toMatchObject({ kind: 'management', role: 'owner' });
  await storage.close();
});

test('a migration that breaks leaves nothing behind and is named', async () => {
  const database = await openNodeSqlite(':memory:');
  await expect(migrate(breakingAt(database, 'CREATE TABLE `tokens`'))).rejects.toThrow('0000_init.sql');
  expect(await database.query("SELECT name FROM sqlite_master WHERE name = 'accounts'", [])).toEqual([]);
  expect(await createStorage(database).migrate()).toContain('0000_init.sql');
  await database.close();
});

function breakingAt(database: SqlDatabase, start: string): SqlDatabase {
  return {
    ...database,
    write: (writes) =>
      database.write(writes.map((write) => (write.sql.startsWith(start) ? { ...write, sql: 'not sql' } : write))),
  };
}
