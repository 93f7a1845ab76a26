import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CacheApi, cacheApiStore } from '@sluice/storage/cache-api-store';
import { memoryStore } from '@sluice/storage/memory-store';
import { fileStore } from '@sluice/storage/node-file-store';
import { connectRedis } from '@sluice/storage/redis-client';
import { redisStore } from '@sluice/storage/redis-store';
import { storeOver } from '@sluice/storage/unstorage-store';
import { type KvBinding, kvStore } from '@sluice/storage/workers-kv-store';
import { describe, expect, test } from 'vitest';
import { startRedis } from './services/index.ts';
import { type StoreSubject, testStore } from './store-suite.ts';

const MIB = 1024 * 1024;

describe('memory', () => {
  testStore(() => {
    const clock = createClock();
    const store = memoryStore({ maxBytes: 8 * MIB, now: clock.now });
    return { stores: [store, store], advance: clock.advance };
  });

  test('it answers at once, without a promise', () => {
    const store = memoryStore();
    store.set('key', new Uint8Array(3), { ttlSeconds: 60 });
    expect(store.get('key')).toEqual(new Uint8Array(3));
  });

  test('what was used longest ago makes room, and the whole stays within its bytes', () => {
    const store = memoryStore({ maxBytes: 10_000 });
    const key = (index: number) => `key ${index}`;
    for (let index = 0; index < 4; index++) {
      store.set(key(index), new Uint8Array(2000), { ttlSeconds: 60 });
      store.get(key(0));
    }
    store.set(key(4), new Uint8Array(2000), { ttlSeconds: 60 });
    const kept = [0, 1, 2, 3, 4].filter((index) => store.get(key(index)) !== null);
    expect(kept).toEqual([0, 2, 3, 4]);
  });

  test('many small entries are counted with what they cost besides their bytes', () => {
    const store = memoryStore({ maxBytes: 100_000 });
    for (let index = 0; index < 10_000; index++) store.set(`key ${index}`, new Uint8Array(1), { ttlSeconds: 60 });
    const kept = Array.from({ length: 10_000 }, (_, index) => store.get(`key ${index}`)).filter(
      (value) => value !== null,
    );
    expect(kept.length).toBeLessThan(500);
    expect(kept.length).toBeGreaterThan(100);
  });
});

describe('files', () => {
  testStore(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-store-'));
    const clock = createClock();
    const open = () => fileStore(join(directory, 'made-on-demand'), { maxBytes: 16 * MIB, now: clock.now });
    return { stores: [open(), open()], advance: clock.advance, dispose: () => rm(directory, { recursive: true }) };
  });

  test('names are digests, for the owner alone, and no draft stays', async () => {
    await inFolder(async (directory) => {
      await fileStore(directory).set('../../etc/passwd', new Uint8Array(3), { ttlSeconds: 60 });
      const names = await readdir(directory);
      expect(names).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
      expect((await stat(join(directory, names[0] ?? ''))).mode & 0o777).toBe(0o600);
    });
  });

  test('the whole stays within its bytes, and what is over goes first', async () => {
    await inFolder(async (directory) => {
      const clock = createClock();
      const store = fileStore(directory, { maxBytes: 10_000, now: clock.now });
      await store.set('long', new Uint8Array(2000), { ttlSeconds: 3600 });
      for (let index = 0; index < 3; index++)
        await store.set(`short ${index}`, new Uint8Array(2400), { ttlSeconds: 60 });
      clock.advance(60_000);
      await store.set('new', new Uint8Array(2400), { ttlSeconds: 60 });
      expect(await readdir(directory)).toHaveLength(2);
      expect(await store.get('long')).not.toBeNull();
      for (let index = 0; index < 20; index++) await store.set(`${index}`, new Uint8Array(2000), { ttlSeconds: 60 });
      expect((await readdir(directory)).length).toBeLessThanOrEqual(5);
    });
  });

  test('a file that another hand cut short is nothing', async () => {
    await inFolder(async (directory) => {
      const store = fileStore(directory);
      await store.set('key', new Uint8Array(100), { ttlSeconds: 60 });
      const [name = ''] = await readdir(directory);
      await writeFile(join(directory, name), 'cut');
      expect(await store.get('key')).toBeNull();
    });
  });
});

const redis = await startRedis();
if ('missing' in redis) console.warn(`Skipped, the store in Redis: ${redis.missing}`);

describe.skipIf('missing' in redis)('Redis', () => {
  testStore(async () => {
    if ('missing' in redis) throw new Error(redis.missing);
    const clients = await Promise.all([connectRedis(redis.url), connectRedis(redis.url)]);
    const [client, other] = clients;
    return {
      stores: [redisStore(client), redisStore(other)],
      secondsLeft: async (key) => (await client.pttl(`sluice:cache:${key}`)) / 1000,
      dispose: async () => {
        for (const each of clients) each.disconnect();
        await redis.stop();
      },
    };
  });
});

describe('Workers KV in workerd', () => testStore(kvInWorkerd));

describe('the Cache API in workerd', () => testStore(cacheInWorkerd));

test('a driver without raw values is refused with the way out', () => {
  const traits = { consistency: 'strong', minTtlSeconds: 0, maxValueBytes: 1, expires: false } as const;
  expect(() => storeOver({}, traits)).toThrow(/getItemRaw/);
});

async function kvInWorkerd(): Promise<StoreSubject> {
  const { worker, namespace } = await startWorkerd();
  const store = kvStore(namespace);
  return {
    stores: [store, kvStore(namespace)],
    secondsLeft: async (key) => {
      const { keys } = await namespace.list({ prefix: key });
      return (keys[0]?.expiration ?? 0) - Date.now() / 1000;
    },
    dispose: () => worker.dispose(),
  };
}

async function cacheInWorkerd(): Promise<StoreSubject> {
  const { worker, cache } = await startWorkerd();
  const lifetimes = new Map<string, string | null>();
  let latest = '';
  const watched: CacheApi = {
    match: (url) => cache.match(url),
    put: (url, response) => {
      latest = url;
      lifetimes.set(url, response.headers.get('cache-control'));
      return cache.put(url, response);
    },
    delete: (url) => cache.delete(url),
  };
  return {
    stores: [cacheApiStore(watched), cacheApiStore(cache)],
    secondsLeft: async () => Number(/max-age=(\d+)/.exec(lifetimes.get(latest) ?? '')?.[1]),
    dispose: () => worker.dispose(),
  };
}

/** `getPlatformProxy` of wrangler has a Cache API that keeps nothing, so this asks for the one of miniflare below it. */
async function startWorkerd() {
  const below = createRequire(createRequire(import.meta.url).resolve('wrangler'));
  const { Miniflare, convertV4MiniflareOptions } = below('miniflare') as MiniflareModule;
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      name: 'store',
      modules: true,
      script: 'export default {}',
      compatibilityDate: '2026-01-01',
      kvNamespaces: ['KV'],
    }),
  );
  const { default: cache } = await worker.getCaches();
  return { worker, cache, namespace: await worker.getKVNamespace('KV') };
}

interface MiniflareModule {
  readonly Miniflare: new (options: object) => Workerd;
  convertV4MiniflareOptions(options: object): object;
}

interface Workerd {
  getCaches(): Promise<{ readonly default: CacheApi }>;
  getKVNamespace(name: string): Promise<ListedKv>;
  dispose(): Promise<void>;
}

interface ListedKv extends KvBinding {
  list(options: { prefix: string }): Promise<{ readonly keys: readonly { readonly expiration?: number }[] }>;
}

function createClock() {
  let time = 1_700_000_000_000;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
  };
}

async function inFolder(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-store-'));
  try {
    await run(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
