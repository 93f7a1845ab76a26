import type { Compat, Limits } from '@sluice/core';
import type { LoggingOptions } from '@sluice/plugin-logging';
import type { ModelPrice } from '@sluice/plugin-pricing';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { tellIssue } from './config-issue.ts';
import { METRICS_NAMES, METRICS_SCHEMA, type MetricsSettings } from './metrics-settings.ts';
import { OIDC_NAMES, OIDC_SCHEMA, type OidcSettings } from './oidc-settings.ts';
import { POLICY_NAMES, POLICY_SCHEMAS, type PolicySettings } from './policy-settings.ts';

/** What `SLUICE_CONFIG` may say. */
export interface ConfigFile extends PolicySettings {
  /** Other addresses for known providers, by slug. */
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  /** Providers of the operator's own; clients write `custom-{slug}`. */
  readonly customProviders?: Readonly<Record<string, CustomProviderSettings>>;
  readonly limits?: LimitSettings;
  readonly logging?: LoggingSettings;
  /** Prices that go before the published ones, by `{provider}/{model}` or `{provider}/*`, in US dollars per million tokens. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  readonly compat?: Compat;
  /** Who may sign in at the management API with which identity provider. */
  readonly oidc?: OidcSettings;
  readonly metrics?: MetricsSettings;
  readonly security?: SecuritySettings;
}

export interface ProviderSettings {
  readonly baseUrl: string;
}

export interface CustomProviderSettings extends ProviderSettings {
  /** Headers that carry the credential; `authorization`, `x-api-key` and `api-key` unless told otherwise. */
  readonly credentialHeaders?: readonly string[];
  /** Sent where the client did not say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the operator allows. */
export interface SecuritySettings {
  /** Providers that are stored through the management API may have `http://` addresses and such inside private networks. */
  readonly allowPrivateProviders?: boolean;
}

export interface LimitSettings extends Partial<Limits> {
  /** How many `cf-aig-metadata` entries a call may carry. */
  readonly maxMetadataEntries?: number;
}

export interface LoggingSettings extends Omit<LoggingOptions, 'sink' | 'spool' | 'timer'> {
  /** What rows may take in the data directory while the storage takes none; 0 leaves them in memory. Not for Workers. */
  readonly spoolBytes?: number;
}

/** Checks the parsed file. Every misspelt name is a problem, never a setting ignored. Throws `ConfigError` with all of them. */
export function checkConfigFile(file: unknown): ConfigFile {
  const checked = schema.safeParse(file);
  if (checked.success) return checked.data;
  throw new ConfigError(checked.error.issues.flatMap((issue) => tellIssue(issue, file, settingsAt(issue.path))));
}

// A timer of more milliseconds than fit in 31 bits fires at once.
const LONGEST_MS = 2 ** 31 - 1;

const bytes = whole('a whole number of bytes, at least 1', 1);
const count = whole('a whole number, at least 1', 1);
const milliseconds = whole(`a whole number of milliseconds from 1 to ${LONGEST_MS}`, 1, LONGEST_MS);
const text = z.string('must be text').min(1, 'must not be empty');

const limits = z.strictObject(
  {
    maxRequestBytes: bytes.exactOptional(),
    maxBufferedReplyBytes: bytes.exactOptional(),
    firstByteTimeoutMs: milliseconds.exactOptional(),
    idleTimeoutMs: milliseconds.exactOptional(),
    maxMetadataEntries: count.exactOptional(),
  },
  'must be an object',
);

const logging = z.strictObject(
  {
    flushIntervalMs: whole(`a whole number of milliseconds from 0 to ${LONGEST_MS}`, 0, LONGEST_MS).exactOptional(),
    maxBatch: count.exactOptional(),
    maxQueueBytes: bytes.exactOptional(),
    maxBodyBytes: whole('a whole number of bytes, at least 0', 0).exactOptional(),
    captureBytes: whole('a whole number of bytes, at least 0', 0).exactOptional(),
    spoolBytes: whole('a whole number of bytes, at least 0', 0).exactOptional(),
  },
  'must be an object',
);

const provider = z.strictObject({ baseUrl: text }, 'must be an object with a baseUrl');

const customProvider = z.strictObject(
  {
    baseUrl: text,
    credentialHeaders: z.array(text, 'must be a list of header names').exactOptional(),
    headers: z.record(z.string(), text, 'must be an object of header names and values').exactOptional(),
  },
  'must be an object with a baseUrl',
);

const security = z.strictObject(
  { allowPrivateProviders: z.boolean('must be true or false').exactOptional() },
  'must be an object',
);

const dollars = z.number('must be a number of US dollars').min(0, 'must not be below zero');

const price = z.strictObject(
  {
    input: dollars.exactOptional(),
    output: dollars.exactOptional(),
    cacheRead: dollars.exactOptional(),
    cacheWrite: dollars.exactOptional(),
    cacheWrite1h: dollars.exactOptional(),
    inputAudio: dollars.exactOptional(),
    inputImage: dollars.exactOptional(),
    reasoning: dollars.exactOptional(),
    outputAudio: dollars.exactOptional(),
    outputImage: dollars.exactOptional(),
    request: dollars.exactOptional(),
    units: z.record(z.string(), dollars, 'must be an object of units and prices').exactOptional(),
  } satisfies Record<keyof ModelPrice, z.ZodType>,
  'must be an object of prices',
);

const file = z.strictObject(
  {
    providers: z.record(z.string(), provider, 'must be an object of provider slugs').exactOptional(),
    customProviders: z.record(z.string(), customProvider, 'must be an object of slugs').exactOptional(),
    limits: limits.exactOptional(),
    logging: logging.exactOptional(),
    prices: z.record(z.string(), price, 'must be an object of "{provider}/{model}" and prices').exactOptional(),
    compat: z.enum(['better', 'strict'], 'must be "better" or "strict"').exactOptional(),
    security: security.exactOptional(),
    cache: POLICY_SCHEMAS.cache.exactOptional(),
    counters: POLICY_SCHEMAS.counters.exactOptional(),
    rateLimit: POLICY_SCHEMAS.rateLimit.exactOptional(),
    credentials: POLICY_SCHEMAS.credentials.exactOptional(),
    contextWindows: POLICY_SCHEMAS.contextWindows.exactOptional(),
    oidc: OIDC_SCHEMA.exactOptional(),
    metrics: METRICS_SCHEMA.exactOptional(),
  },
  'must hold an object, {...}',
);

const schema: z.ZodType<ConfigFile> = file;

function whole(what: string, min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const message = `must be ${what}`;
  return z.int(message).min(min, message).max(max, message);
}

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  limits: Object.keys(limits.shape),
  logging: Object.keys(logging.shape),
  prices: Object.keys(price.shape),
  providers: Object.keys(provider.shape),
  customProviders: Object.keys(customProvider.shape),
  security: Object.keys(security.shape),
  oidc: OIDC_NAMES,
  metrics: METRICS_NAMES,
  ...POLICY_NAMES,
};

function settingsAt([section]: readonly PropertyKey[]): readonly string[] {
  return section === undefined ? Object.keys(file.shape) : (SETTINGS[String(section)] ?? []);
}
