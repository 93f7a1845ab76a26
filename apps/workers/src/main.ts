import { fetchTransport, type RequestScope, type Runtime, webRuntime } from '@sluice/core';
import { createStorage } from '@sluice/storage';
import { type CacheApi, cacheApiStore } from '@sluice/storage/cache-api-store';
import { type D1Binding, d1 } from '@sluice/storage/d1';
import { type CounterNamespace, durableObjectCounters } from '@sluice/storage/durable-object-counters';
import { type KvBinding, kvStore } from '@sluice/storage/workers-kv-store';
import { ConfigError, createSluice, readConfig, type Sluice, type SluiceConfig, welcome } from 'sluice';

/** Rate limits are counted in objects of this class: `wrangler.jsonc` names it. */
export { CounterObject } from '@sluice/storage/durable-object-counters';

/** What `wrangler.jsonc` binds, and the settings that every other app has as environment variables. */
interface Env extends Record<string, unknown> {
  readonly DB: D1Binding;
  readonly COUNTERS: CounterNamespace<unknown>;
  /** Without it cached answers lie in the cache of the data centre that the call came to. */
  readonly CACHE?: KvBinding;
}

/** What workerd calls. */
interface Handler {
  fetch(request: Request, env: Env, context: { waitUntil(task: Promise<unknown>): void }): Promise<Response>;
}

const handler: Handler = {
  async fetch(request, env, context) {
    const scope: RequestScope = {
      waitUntil: (task) => context.waitUntil(task),
      clientAddress: request.headers.get('cf-connecting-ip') ?? undefined,
    };
    try {
      const sluice = await sluiceOf(env, scope);
      return await sluice.fetch(request, scope);
    } catch (error) {
      console.error('Sluice could not start.', error instanceof ConfigError ? error.message : error);
      return Response.json({ error: 'Sluice could not start; the log of this Worker says why.' }, { status: 500 });
    }
  },
};
export default handler;

let started: Promise<Sluice> | undefined;

/** Once per isolate; a start that failed is tried again by the next request. */
function sluiceOf(env: Env, { waitUntil }: RequestScope): Promise<Sluice> {
  if (started !== undefined) return started;
  started = start(env);
  // Others wait for it too, so it goes on when the first client leaves.
  waitUntil(
    started.catch(() => {
      started = undefined;
    }),
  );
  return started;
}

async function start(env: Env): Promise<Sluice> {
  const config = readConfig({ env: (name) => textOf(env[name]), defaultHost: EVERYWHERE });
  assertBindings(config);
  const { masterKey } = config;
  const storage = createStorage(d1(env.DB), masterKey === undefined ? {} : { masterKey });
  const counters = durableObjectCounters(env.COUNTERS);
  const cacheStore = env.CACHE === undefined ? cacheApiStore(dataCentreCache()) : kvStore(env.CACHE);
  const sluice = await createSluice(config, { runtime: workerd(), storage, counters, cacheStore });
  if (isLocal(config) || sluice.newToken !== undefined) console.log(welcome(sluice, config));
  return sluice;
}

/** What is bound here can't be set by a variable: a setting that nobody reads is an error. */
function assertBindings({ databaseUrl, redisUrl, counters, cache, logging }: SluiceConfig): void {
  const ignored = Object.entries({
    SLUICE_DATABASE_URL: databaseUrl,
    SLUICE_REDIS_URL: redisUrl,
    'SLUICE_CONFIG: counters': counters,
    'SLUICE_CONFIG: cache': Object.keys(cache)[0],
    'SLUICE_CONFIG: logging.spoolBytes': logging.spoolBytes,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (ignored.length === 0) return;
  throw new ConfigError(
    ignored.map((name) => `${name} has no meaning on Workers. Bind D1, KV and a Durable Object in wrangler.jsonc.`),
  );
}

/** workerd leaves `deflate` as it comes. */
function workerd(): Runtime {
  return webRuntime({ name: 'workerd', transport: fetchTransport({ decodes: ['gzip', 'br'] }) });
}

/** The platform has a cache beyond those of the standard. */
function dataCentreCache(): CacheApi {
  return (caches as CacheStorage & { readonly default: CacheApi }).default;
}

const EVERYWHERE = '0.0.0.0';

/** Only a start on one's own machine names an address to listen on. */
function isLocal({ host }: SluiceConfig): boolean {
  return host !== EVERYWHERE;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
