import type { Counters } from '@sluice/core';
import { sqliteCounters } from '@sluice/storage/node-sqlite-counters';
import { postgresCounters } from '@sluice/storage/postgres-counters';
import { connectRedis } from '@sluice/storage/redis-client';
import { redisCounters } from '@sluice/storage/redis-counters';

export interface OpenCounters {
  readonly counters: Counters;
  close(): Promise<void>;
}

/**
 * Counters of one kind at an address, opened as a process of its own would. Patient ones wait for a busy machine, where
 * nothing but the count is tested.
 */
export async function openCounters(
  kind: string,
  address: string,
  { patient }: { readonly patient: boolean } = { patient: true },
): Promise<OpenCounters> {
  if (kind === 'sqlite') return closing(sqliteCounters(address));
  if (kind === 'postgres') return closing(postgresCounters(address, patient ? { timeoutMs: 20_000 } : {}));
  const client = await connectRedis(address, patient ? { commandTimeoutMs: 20_000 } : {});
  return { counters: redisCounters(client), close: async () => client.disconnect() };
}

function closing(counters: Counters): OpenCounters {
  return { counters, close: async () => counters.close?.() };
}
