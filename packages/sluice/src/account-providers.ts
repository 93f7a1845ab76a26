import { type AccountProviders, GatewayError, type Provider } from '@sluice/core';
import { privateAddress } from '@sluice/management';
import { customProvider } from '@sluice/providers';
import type { CustomProvider, Storage } from '@sluice/storage';

export interface AccountProviderOptions {
  /** Call those with `http://` addresses, and such inside private networks. */
  readonly allowPrivate: boolean;
}

/** The providers that accounts have stored, `custom-{slug}`, as calls find them. */
export function accountProviders(
  stored: Pick<Storage['customProviders'], 'forCalls'>,
  options: AccountProviderOptions,
): AccountProviders {
  // The storage gives the same object again as long as it is fresh.
  const made = new WeakMap<CustomProvider, Provider>();
  const provider = (found: CustomProvider | undefined): Provider | undefined => {
    if (found === undefined) return undefined;
    const known = made.get(found);
    if (known !== undefined) return known;
    assertCallable(found, options);
    const provider = toProvider(found);
    made.set(found, provider);
    return provider;
  };
  return (account, slug) => {
    if (!slug.startsWith(PREFIX)) return undefined;
    const found = stored.forCalls(account, slug.slice(PREFIX.length));
    return found instanceof Promise ? found.then(provider) : provider(found);
  };
}

const PREFIX = 'custom-';

function toProvider({ id, slug, baseUrl, headers, modifiedAt }: CustomProvider): Provider {
  // What was answered before a change, or by another one of the same slug, is not to be served from a cache.
  return customProvider({ slug, baseUrl, revision: `${id}/${modifiedAt}`, ...(headers && { headers }) });
}

/** Asked again here: the operator may have taken back what was allowed when it was stored. */
function assertCallable({ slug, baseUrl, enable }: CustomProvider, { allowPrivate }: AccountProviderOptions): void {
  if (!enable) {
    const wayOut = 'Set "enable" to true with PATCH …/ai-gateway/custom-providers/{id}.';
    throw new GatewayError('invalid_provider', `the provider "custom-${slug}" is switched off. ${wayOut}`);
  }
  const isInside = !baseUrl.startsWith('https:') || privateAddress(baseUrl) !== undefined;
  if (isInside && !allowPrivate) {
    const wayOut = 'Whoever runs this server can allow it with "security": { "allowPrivateProviders": true }.';
    throw new GatewayError('invalid_provider', `the provider "custom-${slug}" has no public https address. ${wayOut}`);
  }
}
