import { type Call, GatewayError, type StoredCredential } from '@sluice/core';

/**
 * The stored keys that may serve this call: those under the alias it names, else those under `default`, else those marked
 * as default. Throws `unknown_credential` for an alias that nobody has.
 */
export function chooseKeys(call: Call, stored: readonly StoredCredential[]): readonly StoredCredential[] {
  const named = aliasOf(call);
  const keys = stored.filter(({ alias }) => alias === (named ?? DEFAULT));
  if (keys.length > 0) return keys;
  const marked = named === undefined || named === DEFAULT ? stored.filter(({ isDefault }) => isDefault) : [];
  if (named !== undefined && marked.length === 0) throw unknownAlias(call, named, stored);
  return marked;
}

/** The call asks for a key by name. */
export function namesAlias(call: Call): boolean {
  return aliasOf(call) !== undefined;
}

/** As the wire lists them: `'default', 'team-a'`. */
export function aliasesOf(stored: readonly StoredCredential[]): string {
  return [...new Set(stored.map(({ alias }) => alias))].map((alias) => `'${alias}'`).join(', ') || 'none';
}

const DEFAULT = 'default';

function aliasOf({ options }: Call): string | undefined {
  return options.get('byok-alias')?.trim() || undefined;
}

/** The hosted service's own words, which clients may look for. */
function unknownAlias({ provider }: Call, alias: string, stored: readonly StoredCredential[]): GatewayError {
  return new GatewayError(
    'unknown_credential',
    `Provider '${provider.id}' has no BYOK credential named '${alias}'. Configured aliases: ${aliasesOf(stored)}`,
  );
}
