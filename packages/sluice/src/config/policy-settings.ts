import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import type { Basics } from './environment.ts';

/** Where cached answers lie. */
export interface CacheSettings {
  /** `redis` where `SLUICE_REDIS_URL` is set and `memory` elsewhere, unless set. `file` lies in the data directory. Not for Workers. */
  readonly backend?: 'memory' | 'file' | 'redis';
  /** What the answers in memory or in files may take together. */
  readonly maxBytes?: number;
}

/** Where counts lie: `redis`, else `postgres`, where such an address is set, and `memory` elsewhere, unless set. Not for Workers. */
export type CounterBackend = 'memory' | 'sqlite' | 'postgres' | 'redis';

export interface RateLimitSettings {
  /** Let calls through while counts can't be asked, those of limits of stored keys too; true unless set. */
  readonly failOpen?: boolean;
}

export interface CredentialSettings {
  /** Let calls without a gateway token use stored credentials; only where nobody but this machine reaches the server, unless set. */
  readonly allowOpen?: boolean;
}

const cache = z.strictObject(
  {
    backend: z.enum(['memory', 'file', 'redis'], 'must be "memory", "file" or "redis"').exactOptional(),
    maxBytes: z.int('must be a whole number of bytes').min(1, 'must be at least 1 byte').exactOptional(),
  },
  'must be an object',
);

const rateLimit = z.strictObject({ failOpen: z.boolean('must be true or false').exactOptional() }, 'must be an object');

const credentials = z.strictObject(
  { allowOpen: z.boolean('must be true or false').exactOptional() },
  'must be an object',
);

/** Where policies keep what they know, and what they do where nobody can be asked. */
export interface PolicySettings {
  readonly cache?: CacheSettings;
  readonly counters?: CounterBackend;
  readonly rateLimit?: RateLimitSettings;
  readonly credentials?: CredentialSettings;
  /** How many tokens fit into a model, by `{provider}/{model}`: where to go on with a prompt that is too long for another. */
  readonly contextWindows?: Readonly<Record<string, number>>;
}

/** How each of them is checked. */
export const POLICY_SCHEMAS: { readonly [K in keyof PolicySettings]-?: z.ZodType<NonNullable<PolicySettings[K]>> } = {
  cache,
  counters: z.enum(['memory', 'sqlite', 'postgres', 'redis'], 'must be "memory", "sqlite", "postgres" or "redis"'),
  rateLimit,
  credentials,
  contextWindows: z.record(
    z.string(),
    z.int('must be a whole number of tokens').min(1, 'must be at least 1 token'),
    'must be an object of "{provider}/{model}" and tokens',
  ),
};

/** The names within those that have some. */
export const POLICY_NAMES: Readonly<Record<string, readonly string[]>> = {
  cache: Object.keys(cache.shape),
  rateLimit: Object.keys(rateLimit.shape),
  credentials: Object.keys(credentials.shape),
};

/** A backend that is asked for needs the address it is reached at. Throws `ConfigError`. */
export function assertReachable(
  { cache, counters }: PolicySettings,
  { databaseUrl, redisUrl }: Pick<Basics, 'databaseUrl' | 'redisUrl'>,
): void {
  const problems: string[] = [];
  if (cache?.backend === 'redis' && redisUrl === undefined)
    problems.push(missing('cache.backend', 'redis', 'SLUICE_REDIS_URL'));
  if (counters === 'redis' && redisUrl === undefined) problems.push(missing('counters', 'redis', 'SLUICE_REDIS_URL'));
  if (counters === 'postgres' && databaseUrl === undefined) {
    problems.push(missing('counters', 'postgres', 'SLUICE_DATABASE_URL'));
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

function missing(setting: string, backend: string, variable: string): string {
  return `SLUICE_CONFIG: ${setting} is "${backend}", but ${variable} is not set. Set it, or choose another backend.`;
}
