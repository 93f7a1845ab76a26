import type { Compat, Limits } from '@sluice/core';
import { suggest } from '@sluice/core';
import { ConfigError } from './config-error.ts';
import { type ConfigFile, checkConfigFile, type LoggingSettings, type SecuritySettings } from './config-file.ts';
import { type Basics, baseUrlVariable, type Environment, readBasics, VARIABLES } from './environment.ts';
import type { MetricsSettings } from './metrics-settings.ts';
import { type OidcSettings, withSecret } from './oidc-settings.ts';
import {
  assertReachable,
  type CacheSettings,
  type CounterBackend,
  type CredentialSettings,
  type RateLimitSettings,
} from './policy-settings.ts';
import { checkPrices } from './price-settings.ts';
import { type ProviderSetup, setUpProviders } from './provider-settings.ts';

/** How an app lends its surroundings. */
export interface ConfigSources {
  readonly env: Environment;
  /** Reads a text file, where there are files. It throws when it can't. */
  readonly readFile?: (path: string) => string;
  /** The names of all variables, where they can be listed: a misspelt `SLUICE_…` is then an error. */
  readonly names?: readonly string[];
  /** What `HOST` is when nobody sets it. A platform that the whole world reaches says `0.0.0.0`. */
  readonly defaultHost?: string;
}

/** Everything that can be set from outside, checked. */
export interface SluiceConfig extends Basics, ProviderSetup {
  readonly limits: Partial<Limits>;
  readonly maxMetadataEntries: number | undefined;
  readonly logging: LoggingSettings;
  /** By `{provider}/{model}` or `{provider}/*`. */
  readonly prices: NonNullable<ConfigFile['prices']>;
  readonly compat: Compat;
  readonly security: SecuritySettings;
  readonly cache: CacheSettings;
  /** Undefined leaves the choice to what is reachable. */
  readonly counters: CounterBackend | undefined;
  readonly rateLimit: RateLimitSettings;
  readonly credentials: CredentialSettings;
  /** Tokens, by `{provider}/{model}`. */
  readonly contextWindows: Readonly<Record<string, number>>;
  /** Undefined where people sign in with tokens alone. */
  readonly oidc: OidcSettings | undefined;
  readonly metrics: MetricsSettings;
}

/** Reads the configuration from the environment and from what `SLUICE_CONFIG` names. Throws `ConfigError`. */
export function readConfig({ env, readFile, names = [], defaultHost = '127.0.0.1' }: ConfigSources): SluiceConfig {
  const basics = readBasics(env, defaultHost);
  const file = readConfigFile(env('SLUICE_CONFIG')?.trim() ?? '', readFile);
  const setup = setUpProviders(file, env);
  assertNames(names, setup);
  assertReachable(file, basics);
  const { maxMetadataEntries, ...limits } = file.limits ?? {};
  return {
    ...basics,
    ...setup,
    limits,
    maxMetadataEntries,
    logging: file.logging ?? {},
    prices: checkPrices(file.prices, setup.providers),
    compat: file.compat ?? 'better',
    security: file.security ?? {},
    cache: file.cache ?? {},
    counters: file.counters,
    rateLimit: file.rateLimit ?? {},
    credentials: file.credentials ?? {},
    contextWindows: file.contextWindows ?? {},
    oidc: withSecret(file.oidc, env),
    metrics: file.metrics ?? {},
  };
}

function readConfigFile(value: string, readFile: ConfigSources['readFile']): ConfigFile {
  if (value === '') return {};
  if (value.startsWith('{')) return checkConfigFile(parseJson(value, 'SLUICE_CONFIG'));
  return checkConfigFile(parseJson(load(value, readFile), `The file ${value} of SLUICE_CONFIG`));
}

function load(path: string, readFile: ConfigSources['readFile']): string {
  const hint = 'SLUICE_CONFIG is the path of a JSON file, or the JSON itself, which starts with {.';
  if (readFile === undefined) throw new ConfigError([`There are no files here, so "${path}" can't be read. ${hint}`]);
  try {
    return readFile(path);
  } catch (cause) {
    throw new ConfigError([`"${path}" can't be read (${cause instanceof Error ? cause.message : cause}). ${hint}`]);
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The engine's message quotes the text around the fault, which may be a credential; only the place is told.
    const place = /(?:at position \d+|line \d+ column \d+).*/.exec(String(cause))?.[0];
    throw new ConfigError([`${source} is not valid JSON${place === undefined ? '' : ` (${place})`}.`]);
  }
}

function assertNames(names: readonly string[], { providers }: ProviderSetup): void {
  const known = [...VARIABLES, ...providers.map(({ id }) => baseUrlVariable(id))];
  const unknown = names.filter((name) => name.startsWith('SLUICE_') && !known.includes(name));
  if (unknown.length === 0) return;
  const inShort = [...VARIABLES, baseUrlVariable('<slug>')];
  throw new ConfigError(unknown.map((name) => `${name} is no setting. ${suggest(name, known, inShort)}`));
}
