import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Counters, Runtime, Store } from '@sluice/core';
import { createStorage, type SqlDatabase } from '@sluice/storage';
import type { connectRedis } from '@sluice/storage/redis-client';
import { ConfigError } from '../config/config-error.ts';
import type { SluiceConfig } from '../config/read-config.ts';
import type { Platform } from '../create-sluice.ts';
import { masterKeyOf } from './master-key.ts';
import { FileSpool } from './spool.ts';

/**
 * Opens what the configuration names: SQLite in the data directory and memory on one machine, PostgreSQL and Redis where
 * many share them. For Node, Bun and Deno. Drivers are loaded only where they are used.
 */
export async function openPlatform(config: SluiceConfig, runtime: Runtime): Promise<Required<Platform>> {
  const masterKey = masterKeyOf(config);
  const database = await openDatabase(config);
  const storage = createStorage(database, masterKey === undefined ? {} : { masterKey });
  const redis = await connect(config);
  const counters = await openCounters(config, redis);
  const cacheStore = await openStore(config, redis);
  const logSpool = openSpool(config);
  const close = async (): Promise<void> => {
    await counters.close?.();
    await cacheStore.close?.();
    redis?.disconnect();
    await logSpool?.close();
    await storage.close();
  };
  return { runtime, storage, counters, cacheStore, logSpool, memory, close };
}

function memory() {
  const { rss, heapUsed } = process.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed };
}

type RedisClient = Awaited<ReturnType<typeof connectRedis>>;

async function openDatabase({ databaseUrl, dataDir }: SluiceConfig): Promise<SqlDatabase> {
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('@sluice/storage/postgres');
    return openPostgres(databaseUrl).catch((cause) => unreadable('SLUICE_DATABASE_URL', cause));
  }
  const { openNodeSqlite } = await import('@sluice/storage/node-sqlite');
  return openNodeSqlite(inData(dataDir, 'sluice.db'));
}

async function connect({ redisUrl }: SluiceConfig): Promise<RedisClient | undefined> {
  if (redisUrl === undefined) return undefined;
  const { connectRedis } = await import('@sluice/storage/redis-client');
  const report = (problem: string, cause?: unknown): void => console.error(problem, cause ?? '');
  return connectRedis(redisUrl, { report }).catch((cause) => unreadable('SLUICE_REDIS_URL', cause));
}

async function openCounters(config: SluiceConfig, redis: RedisClient | undefined): Promise<Counters> {
  const { databaseUrl, dataDir } = config;
  const automatic = redis ? 'redis' : databaseUrl === undefined ? 'memory' : 'postgres';
  const backend = config.counters ?? automatic;
  if (backend === 'redis' && redis !== undefined) {
    const { redisCounters } = await import('@sluice/storage/redis-counters');
    return redisCounters(redis);
  }
  if (backend === 'postgres' && databaseUrl !== undefined) {
    const { postgresCounters } = await import('@sluice/storage/postgres-counters');
    return postgresCounters(databaseUrl);
  }
  if (backend === 'sqlite') {
    const { sqliteCounters } = await import('@sluice/storage/node-sqlite-counters');
    return sqliteCounters(inData(dataDir, 'counters.db'));
  }
  const { memoryCounters } = await import('@sluice/storage/counters');
  return memoryCounters();
}

async function openStore({ cache, dataDir }: SluiceConfig, redis: RedisClient | undefined): Promise<Store> {
  const backend = cache.backend ?? (redis ? 'redis' : 'memory');
  if (backend === 'redis' && redis !== undefined) {
    const { redisStore } = await import('@sluice/storage/redis-store');
    return redisStore(redis);
  }
  const bound = cache.maxBytes === undefined ? {} : { maxBytes: cache.maxBytes };
  if (backend === 'file') {
    const { fileStore } = await import('@sluice/storage/node-file-store');
    return fileStore(inData(dataDir, 'cache'), bound);
  }
  const { memoryStore } = await import('@sluice/storage/memory-store');
  return memoryStore(bound);
}

/** Nothing is made before a row has to wait: where there is no disk, rows wait in memory. */
function openSpool({ logging, dataDir }: SluiceConfig): FileSpool | undefined {
  const { spoolBytes = 1024 ** 3 } = logging;
  if (spoolBytes === 0) return undefined;
  const report = (problem: string, cause: unknown): void => console.error(problem, cause);
  return new FileSpool(join(dataDir, 'log-spool'), { maxBytes: spoolBytes, report });
}

/** Neither opens a connection that has to succeed, so a failure is about the address, which both leave out of it. */
function unreadable(variable: string, cause: unknown): never {
  throw new ConfigError([`${variable}: ${cause instanceof Error ? cause.message : String(cause)}`]);
}

/** A path in the data directory, which is made when something is about to lie in it: some platforms have no disk. */
function inData(dataDir: string, name: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return join(dataDir, name);
}
