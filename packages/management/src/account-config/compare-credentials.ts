import type { CredentialRecord } from '@sluice/storage';
import { type PlannedChange, paired } from './change.ts';
import type { Comparison } from './compare.ts';
import { differences } from './fields.ts';
import { movedSlugs } from './moved-slugs.ts';
import type { ParsedCredential } from './parse.ts';
import type { FieldChange } from './types.ts';
import { toProviderConfig } from './views.ts';

/** What makes, changes and takes away the credentials of a gateway. */
export async function compareCredentials(
  gateway: string,
  wanted: readonly ParsedCredential[] | undefined,
  comparison: Comparison,
): Promise<readonly PlannedChange[]> {
  if (wanted === undefined) return [];
  const { state, prune } = comparison;
  const known = state.credentials.filter((record) => record.gateway === gateway);
  const { pairs, beyond } = paired<ParsedCredential, CredentialRecord>(wanted, known, keyOf);
  const changes: PlannedChange[] = [];
  for (const [index, [credential, record]] of pairs.entries()) {
    const path = ['gateways', gateway, 'provider_configs', index];
    assertProvider(credential, path, comparison);
    const place = { gateway, path, id: `${gateway}/${keyOf(credential)}` };
    changes.push(
      ...(record === undefined
        ? created(credential, place, comparison)
        : await changed(credential, record, place, comparison)),
    );
  }
  for (const record of beyond) {
    changes.push(...(prune ? [removedCredential(record)] : withoutDefault(record, wanted)));
  }
  return changes;
}

/** Takes a credential away. */
export function removedCredential(record: CredentialRecord): PlannedChange {
  const { id, gateway } = record;
  return {
    action: 'delete',
    kind: 'provider_config',
    id: `${gateway}/${keyOf(record)}`,
    fields: [],
    write: { type: 'credential.delete', id },
    audit: { resource: 'provider_config', id, before: toProviderConfig(record) },
  };
}

interface Place {
  readonly gateway: string;
  readonly path: readonly (string | number)[];
  readonly id: string;
}

function created(
  credential: ParsedCredential,
  { gateway, path, id }: Place,
  { state, problems, newId }: Comparison,
): readonly PlannedChange[] {
  const { secret } = credential;
  if (secret === undefined) {
    const message = `Nothing is stored for "${keyOf(credential)}" yet. Write its secret, or { "env": "NAME" }.`;
    problems.add([...path, 'secret'], message);
    return [];
  }
  const row = newId();
  const after = toProviderConfig(credential);
  const fields = [...differences({ ...BLANK, ...keysOf(credential) }, after), SECRET_CHANGE];
  const write = { ...credential, secret, account: state.account, gateway, id: row };
  return [
    {
      action: 'create',
      kind: 'provider_config',
      id,
      fields,
      write: { type: 'credential.create', credential: write },
      audit: { resource: 'provider_config', id: row, after },
    },
  ];
}

async function changed(
  credential: ParsedCredential,
  record: CredentialRecord,
  { path, id }: Place,
  { stored, problems, state, file }: Comparison,
): Promise<readonly PlannedChange[]> {
  const { secret } = credential;
  if (secret === undefined && movedSlugs(state, file).has(record.provider)) {
    const message = `The stored secret is for the old address of "${record.provider}". Write it again.`;
    problems.add([...path, 'secret'], message);
  }
  const isSame = secret === undefined || (await stored.holdsSecret(record, secret));
  const fields = differences(toProviderConfig(record), toProviderConfig(credential));
  return updated(record, credential, isSame ? fields : [...fields, SECRET_CHANGE], id);
}

/** A provider has one default at most. */
function withoutDefault(record: CredentialRecord, wanted: readonly ParsedCredential[]): readonly PlannedChange[] {
  const { provider, alias } = record;
  const isTaken = wanted.some((other) => other.isDefault && other.provider === provider && other.alias !== alias);
  if (!record.isDefault || !isTaken) return [];
  const credential = { ...record, isDefault: false, secret: undefined };
  const fields = differences(toProviderConfig(record), toProviderConfig(credential));
  return updated(record, credential, fields, `${record.gateway}/${keyOf(record)}`);
}

function updated(
  record: CredentialRecord,
  credential: ParsedCredential,
  fields: readonly FieldChange[],
  id: string,
): readonly PlannedChange[] {
  if (fields.length === 0) return [];
  const { account, gateway } = record;
  const secret = fields.includes(SECRET_CHANGE) ? credential.secret : undefined;
  const { provider, alias, isDefault, rateLimit, rateLimitPeriod } = credential;
  const change = { account, gateway, id: record.id, provider, alias, isDefault, rateLimit, rateLimitPeriod, secret };
  const [before, after] = [toProviderConfig(record), toProviderConfig(credential)];
  return [
    {
      action: 'update',
      kind: 'provider_config',
      id,
      fields,
      write: { type: 'credential.update', credential: change },
      audit: { resource: 'provider_config', id: record.id, before, after },
    },
  ];
}

const SECRET_CHANGE: FieldChange = { path: 'secret', before: null, after: '[secret]' };

const BLANK = toProviderConfig({ provider: '', alias: '', isDefault: false, rateLimit: null, rateLimitPeriod: null });

type Named = Pick<CredentialRecord, 'provider' | 'alias'>;

function keysOf({ provider, alias }: Named) {
  return { provider_slug: provider, alias };
}

function keyOf({ provider, alias }: Named): string {
  return `${provider}/${alias}`;
}

/** Doesn't repeat what was sent: people paste keys into the wrong field. */
function assertProvider(
  { provider }: Named,
  path: Place['path'],
  { state, file, prune, providers, problems }: Comparison,
) {
  if (providers === undefined || providers.includes(provider)) return;
  const own = [
    ...(file.customProviders?.keys() ?? []),
    ...(prune && file.customProviders !== undefined ? [] : state.customProviders.map(({ slug }) => slug)),
  ];
  if (own.some((slug) => provider === `custom-${slug}`)) return;
  problems.add([...path, 'provider_slug'], '"provider_slug" names no provider that can be called.');
}
