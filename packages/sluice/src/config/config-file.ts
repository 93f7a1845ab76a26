import type { Compat, Limits } from '@sluice/core';
import type { LoggingOptions } from '@sluice/plugin-logging';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { suggest } from './near-matches.ts';

/** What `SLUICE_CONFIG` may say. */
export interface ConfigFile {
  /** Other addresses for known providers, by slug. */
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  /** Providers of the operator's own; clients write `custom-{slug}`. */
  readonly customProviders?: Readonly<Record<string, CustomProviderSettings>>;
  readonly limits?: LimitSettings;
  readonly logging?: LoggingSettings;
  readonly compat?: Compat;
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

export interface LimitSettings extends Partial<Limits> {
  /** How many `cf-aig-metadata` entries a call may carry. */
  readonly maxMetadataEntries?: number;
}

export type LoggingSettings = Omit<LoggingOptions, 'sink' | 'timer'>;

/** Checks the parsed file. Every misspelt name is a problem, never a setting ignored. Throws `ConfigError` with all of them. */
export function checkConfigFile(file: unknown): ConfigFile {
  const checked = schema.safeParse(file);
  if (checked.success) return checked.data;
  throw new ConfigError(checked.error.issues.flatMap((issue) => problemsOf(issue, file)));
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

const file = z.strictObject(
  {
    providers: z.record(z.string(), provider, 'must be an object of provider slugs').exactOptional(),
    customProviders: z.record(z.string(), customProvider, 'must be an object of slugs').exactOptional(),
    limits: limits.exactOptional(),
    logging: logging.exactOptional(),
    compat: z.enum(['better', 'strict'], 'must be "better" or "strict"').exactOptional(),
  },
  'must hold an object, {...}',
);

const schema: z.ZodType<ConfigFile> = file;

function whole(what: string, min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const message = `must be ${what}`;
  return z.int(message).min(min, message).max(max, message);
}

function problemsOf(issue: z.core.$ZodIssue, whole: unknown): readonly string[] {
  const place = ['SLUICE_CONFIG', ...issue.path].join('.').replace('SLUICE_CONFIG.', 'SLUICE_CONFIG: ');
  if (issue.code !== 'unrecognized_keys') return [`${place} ${issue.message}, ${was(issue.path, whole)}.`];
  const known = settingsAt(issue.path);
  return issue.keys.map(
    (key) => `${place}${issue.path.length > 0 ? '.' : ': '}${key} is no setting. ${suggest(key, known)}`,
  );
}

function settingsAt([section]: readonly PropertyKey[]): readonly string[] {
  switch (section) {
    case 'limits':
      return Object.keys(limits.shape);
    case 'logging':
      return Object.keys(logging.shape);
    case 'providers':
      return Object.keys(provider.shape);
    case 'customProviders':
      return Object.keys(customProvider.shape);
    default:
      return Object.keys(file.shape);
  }
}

function was(path: readonly PropertyKey[], whole: unknown): string {
  let value = whole;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  if (value === undefined) return 'and is missing';
  // Headers and addresses may hold credentials; numbers and choices don't.
  const isHarmless = path[0] === 'limits' || path[0] === 'logging' || path[0] === 'compat';
  return isHarmless
    ? `not ${JSON.stringify(value)?.slice(0, 40)}`
    : `not ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`;
}
