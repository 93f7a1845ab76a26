import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage } from '@sluice/storage';
import { type D1Binding, d1 } from '@sluice/storage/d1';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { openPostgres } from '@sluice/storage/postgres';
import { describe } from 'vitest';
import { getPlatformProxy } from 'wrangler';
import { startPostgres, type TestService } from './services/index.ts';
import { type StorageSubject, testStorage } from './storage-suite.ts';

describe('node:sqlite', () => testStorage(sqliteFile));

describe('D1 in workerd', () => testStorage(d1InWorkerd));

const postgres = await startPostgres();
if ('missing' in postgres) describe.skip(`PostgreSQL: ${postgres.missing}`, () => testStorage(sqliteFile));
else describe('PostgreSQL', () => testStorage(async () => postgresServer(postgres)));

async function sqliteFile(): Promise<StorageSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
  return {
    connect: async (options) => createStorage(await openNodeSqlite(join(folder, 'test.db')), options),
    dispose: () => rm(folder, { recursive: true }),
  };
}

function postgresServer({ url, stop }: TestService): StorageSubject {
  return {
    connect: async (options) => createStorage(await openPostgres(url), options),
    dispose: stop,
  };
}

async function d1InWorkerd(): Promise<StorageSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-storage-'));
  const configPath = join(folder, 'wrangler.json');
  await writeFile(configPath, JSON.stringify({ name: 'storage', d1_databases: [D1] }));
  const proxy = await getPlatformProxy<{ DB: D1Binding }>({ configPath, persist: false });
  return {
    connect: async (options) => createStorage(d1(proxy.env.DB), options),
    dispose: async () => {
      await proxy.dispose();
      await rm(folder, { recursive: true });
    },
  };
}

const D1 = { binding: 'DB', database_name: 'storage', database_id: '00000000-0000-0000-0000-000000000000' };
