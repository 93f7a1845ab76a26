import type { Store } from '@sluice/core';
import lruCacheDriver from 'unstorage/drivers/lru-cache';
import { storeOver } from './store-over.ts';

export interface MemoryStoreOptions {
  /** What lies here takes no more than this, keys included; 64 MiB unless set. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970; the wall clock unless set. */
  readonly now?: () => number;
}

/** A store in this process's memory. What was used longest ago makes room; it answers at once, without a promise. */
export function memoryStore({ maxBytes = 64 * MIB, now }: MemoryStoreOptions = {}): Store {
  const driver = lruCacheDriver({
    // No bound on the number: entries are counted in bytes alone.
    max: 0,
    maxSize: maxBytes,
    sizeCalculation: (value: Uint8Array, key: string) => value.byteLength + 2 * key.length + ENTRY_BYTES,
  });
  return storeOver(driver, {
    consistency: 'strong',
    minTtlSeconds: 0,
    // One value must not push out all the others.
    maxValueBytes: Math.min(25 * MIB, Math.floor(maxBytes / 4)),
    expires: false,
    ...(now && { now }),
  });
}

const MIB = 1024 * 1024;

/** What an entry costs besides its key and its bytes. */
const ENTRY_BYTES = 200;
