import type { Store } from '@sluice/core';
import { shortKey } from './short-key.ts';
import { type RawDriver, storeOver } from './store-over.ts';

/** The part of a Workers `KVNamespace` binding that is used here. */
export interface KvBinding {
  get(key: string, type: 'arrayBuffer'): Promise<ArrayBuffer | null>;
  put(key: string, value: Uint8Array<ArrayBuffer>, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * A store in Workers KV: everywhere the same, after up to a minute. That nothing was there is remembered for as long, so
 * an answer may be served only a minute after it was kept.
 */
export function kvStore(binding: KvBinding): Store {
  return storeOver(kvDriver(binding), {
    consistency: 'eventual',
    minTtlSeconds: 60,
    maxValueBytes: 25 * 1024 * 1024,
    expires: true,
  });
}

/** unstorage's own driver for KV reads text, so bytes would travel as base64, a third longer. */
function kvDriver(binding: KvBinding): RawDriver {
  return {
    getItemRaw: (key) => binding.get(shortKey(key), 'arrayBuffer'),
    setItemRaw: (key, value: Uint8Array<ArrayBuffer>, { ttl }) =>
      binding.put(shortKey(key), value, { expirationTtl: Math.ceil(Number(ttl)) }),
    removeItem: (key) => binding.delete(shortKey(key)),
  };
}
