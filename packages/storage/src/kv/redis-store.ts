import type { Store } from '@sluice/core';
import type { Redis } from 'ioredis';
import { type RawDriver, storeOver } from './store-over.ts';

export interface RedisStoreOptions {
  /** In front of every key, so that others may use the same Redis; `sluice:cache:` unless set. */
  readonly prefix?: string;
  /** What is larger is not kept; 8 MiB unless set. */
  readonly maxValueBytes?: number;
}

/** A store in Redis, which many processes share. The client belongs to whoever made it. */
export function redisStore(client: Redis, options: RedisStoreOptions = {}): Store {
  const { prefix = 'sluice:cache:', maxValueBytes = 8 * 1024 * 1024 } = options;
  return storeOver(redisDriver(client, prefix), {
    consistency: 'strong',
    minTtlSeconds: 1,
    maxValueBytes,
    expires: true,
  });
}

/** unstorage's own driver for Redis has no raw values, so its bytes would travel as base64, a third longer. */
function redisDriver(client: Redis, prefix: string): RawDriver {
  return {
    getItemRaw: (key) => client.getBuffer(prefix + key),
    async setItemRaw(key, value: Uint8Array, { ttl }) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      await client.set(prefix + key, bytes, 'PX', Math.ceil(Number(ttl) * 1000));
    },
    async removeItem(key) {
      await client.unlink(prefix + key);
    },
  };
}
