import type { Store } from '@sluice/core';
import { sha256Hex } from '../hash.ts';
import { type RawDriver, storeOver } from './store-over.ts';

/** The part of the platform's `Cache` that is used here: `caches.default` of Workers, or one of `caches.open`. */
export interface CacheApi {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<unknown>;
  delete(url: string): Promise<unknown>;
}

/**
 * A store in the Cache API of Workers. It costs nothing and answers fast, but each data centre has its own, and may
 * forget at any time. It works on a domain of one's own, not on `*.workers.dev`.
 */
export function cacheApiStore(cache: CacheApi): Store {
  return storeOver(cacheApiDriver(cache), {
    consistency: 'eventual',
    minTtlSeconds: 1,
    maxValueBytes: 25 * 1024 * 1024,
    expires: true,
  });
}

function cacheApiDriver(cache: CacheApi): RawDriver {
  return {
    async getItemRaw(key) {
      const response = await cache.match(addressOf(key));
      return (await response?.arrayBuffer()) ?? null;
    },
    async setItemRaw(key, value: Uint8Array<ArrayBuffer>, { ttl }) {
      const headers = { 'cache-control': `public, max-age=${Math.ceil(Number(ttl))}` };
      await cache.put(addressOf(key), new Response(value, { headers }));
    },
    async removeItem(key) {
      await cache.delete(addressOf(key));
    },
  };
}

/** Things are known by an address there. Nobody can ask this one from outside: the name is reserved (RFC 2606). */
function addressOf(key: string): string {
  return `https://sluice-cache.invalid/${sha256Hex(key)}`;
}
