import type { NewGateway } from '@sluice/storage';
import { z } from 'zod';
import type { AddressRules } from '../custom-provider-address.ts';
import { type CustomProviderBody, newCustomProvider } from '../custom-provider-body.ts';
import { newDataset } from '../dataset-body.ts';
import { newGateway } from '../gateway-body.ts';
import { newConfig } from '../provider-config-body.ts';
import { problemOfSecret } from '../provider-secret.ts';
import type { Problems } from './problems.ts';
import { markRuleIds } from './rule-ids.ts';
import type { DatasetConfig } from './types.ts';

/** A file that holds together by itself, in the storage's words. */
export interface ParsedConfig {
  readonly gateways: ReadonlyMap<string, ParsedGateway> | undefined;
  readonly customProviders: ReadonlyMap<string, CustomProviderBody> | undefined;
}

export interface ParsedGateway {
  /** Without `authentication` where the file says nothing of it. */
  readonly settings: Omit<NewGateway, 'account' | 'id'>;
  readonly credentials: readonly ParsedCredential[] | undefined;
  readonly datasets: readonly DatasetConfig[] | undefined;
}

export interface ParsedCredential {
  readonly provider: string;
  readonly alias: string;
  readonly isDefault: boolean;
  readonly rateLimit: number | null;
  readonly rateLimitPeriod: number | null;
  /** Undefined keeps the stored one. */
  readonly secret: string | undefined;
}

export interface ParseRules {
  readonly account: string;
  readonly addresses: AddressRules;
  /** The slug that another one stands for. */
  providerOf(slug: string): string;
}

/** Reads a file with the schemas of the single routes. What is wrong goes to `problems`, and its part is left out. */
export function parseConfig(input: unknown, rules: ParseRules, problems: Problems): ParsedConfig {
  assertNoProto(input, problems);
  const file = problems.check(outline, input, []);
  if (file === undefined) return { gateways: undefined, customProviders: undefined };
  if (file.account !== undefined && file.account !== rules.account) {
    const message = `This file is for the account "${file.account}", and you are at "${rules.account}". Change "account", or leave it out.`;
    problems.add(['account'], message);
  }
  return {
    gateways: parsedEach(file.gateways, (raw, id) => parsedGateway(raw, id, rules, problems)),
    customProviders: parsedEach(file.custom_providers, (raw, slug) => parsedProvider(raw, slug, rules, problems)),
  };
}

/** The one name that the schemas would pass over in silence. */
function assertNoProto(input: unknown, problems: Problems): void {
  for (const section of ['gateways', 'custom_providers'] as const) {
    const parts = typeof input === 'object' && input !== null ? (input as Partial<Sections>)[section] : undefined;
    if (typeof parts !== 'object' || parts === null || !Object.hasOwn(parts, '__proto__')) continue;
    problems.add([section, '__proto__'], 'A file can not hold this name. Set that one up by itself.');
  }
}

type Sections = Readonly<Record<'gateways' | 'custom_providers', unknown>>;

const fields = z.record(z.string(), z.unknown());

/** What holds the parts together; each part has a schema of its own. */
const outline = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  account: z.string().optional(),
  gateways: z
    .record(
      z.string(),
      z.looseObject({ provider_configs: z.array(fields).optional(), datasets: z.array(z.unknown()).optional() }),
    )
    .optional(),
  custom_providers: z.record(z.string(), fields).optional(),
});

type RawGateway = NonNullable<z.output<typeof outline>['gateways']>[string];

function parsedGateway(raw: RawGateway, id: string, rules: ParseRules, problems: Problems): ParsedGateway | undefined {
  const { provider_configs, datasets, ...settings } = raw;
  const path = ['gateways', id];
  if ('id' in settings) problems.add([...path, 'id'], 'The id of a gateway is the name that it stands under.');
  const gateway = problems.check(newGateway, { ...FORGIVEN, ...markRuleIds(settings), id }, path);
  const credentials = provider_configs?.flatMap((config, index) =>
    parsedCredential(config, [...path, 'provider_configs', index], rules, problems),
  );
  const sets = datasets?.flatMap((dataset, index) => {
    const parsed = problems.check(newDataset, dataset, [...path, 'datasets', index]);
    return parsed === undefined ? [] : [parsed];
  });
  assertOneDefault(credentials ?? [], path, problems);
  if (gateway === undefined) return undefined;
  const { id: _, authentication, ...rest } = gateway;
  const said = 'authentication' in settings ? { authentication: authentication ?? null } : {};
  return { settings: { ...rest, ...said }, credentials, datasets: sets };
}

/** The single routes want these, as they are published; whoever writes a file may leave them out. */
const FORGIVEN = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};

type Place = readonly (string | number)[];

function parsedCredential(
  raw: Readonly<Record<string, unknown>>,
  path: Place,
  { providerOf }: ParseRules,
  problems: Problems,
): readonly ParsedCredential[] {
  const { secret = null } = raw;
  if (isReference(secret)) {
    problems.add([...path, 'secret'], `The variable of "secret" is for the command line: send the value itself.`);
    return [];
  }
  const config = problems.check(newConfig, { default_config: false, ...raw, secret: secret ?? STORED }, path);
  if (config === undefined) return [];
  const provider = providerOf(config.provider);
  const wrong = secret === null ? undefined : problemOfSecret(provider, config.secret);
  if (wrong !== undefined) problems.add([...path, 'secret'], wrong);
  return [{ ...config, provider, secret: secret === null ? undefined : config.secret }];
}

/** Stands where the schema wants a secret and the file keeps the stored one. */
const STORED = 'stored';

function isReference(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'env' in value;
}

function assertOneDefault(credentials: readonly ParsedCredential[], path: Place, problems: Problems): void {
  const defaults = new Map<string, string>();
  for (const [index, { provider, alias, isDefault }] of credentials.entries()) {
    if (!isDefault) continue;
    const other = defaults.get(provider) ?? alias;
    defaults.set(provider, other);
    if (other === alias) continue;
    const message = `Both "${other}" and "${alias}" of "${provider}" are the default. Choose one.`;
    problems.add([...path, 'provider_configs', index, 'default_config'], message);
  }
}

function parsedProvider(
  raw: Readonly<Record<string, unknown>>,
  slug: string,
  { addresses }: ParseRules,
  problems: Problems,
): CustomProviderBody | undefined {
  const path = ['custom_providers', slug];
  if ('slug' in raw) problems.add([...path, 'slug'], 'The slug of a provider is the name that it stands under.');
  const headers = raw.headers ?? null;
  if (typeof headers !== 'object' || Array.isArray(headers)) {
    problems.add([...path, 'headers'], '"headers" must be an object of names and values.');
    return undefined;
  }
  const reference = Object.entries(headers ?? {}).find(([, value]) => isReference(value));
  if (reference !== undefined) {
    const message = `The variable of "${reference[0]}" is for the command line: send the value itself.`;
    problems.add([...path, 'headers', reference[0]], message);
    return undefined;
  }
  // The single route takes them as text, as it is published.
  const text = headers === null ? null : JSON.stringify(headers);
  return problems.check(newCustomProvider(addresses), { ...raw, slug, headers: text }, path);
}

function parsedEach<Raw, T>(
  raw: Readonly<Record<string, Raw>> | undefined,
  parse: (raw: Raw, name: string) => T | undefined,
): ReadonlyMap<string, T> | undefined {
  if (raw === undefined) return undefined;
  const parsed = new Map<string, T>();
  for (const [name, value] of Object.entries(raw)) {
    const part = parse(value, name);
    if (part !== undefined) parsed.set(name, part);
  }
  return parsed;
}
