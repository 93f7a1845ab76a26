import type { Provider, ProviderScope, UpstreamTarget } from '@sluice/core';
import { providers } from '../index.ts';

/** An account id of the form Cloudflare gives out. */
export const ACCOUNT = '0123456789abcdef0123456789abcdef';

export interface ResolveOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scope?: Partial<ProviderScope>;
}

/** Where `path?query` leads at a provider, as the engine asks. */
export function resolve(
  provider: string | Provider,
  given: string,
  { method = 'POST', headers = {}, scope = {} }: ResolveOptions = {},
): UpstreamTarget {
  const found = typeof provider === 'string' ? providerOf(provider) : provider;
  const [path = '', query] = given.split('?');
  return found.resolve(
    { method, path, query: query === undefined ? '' : `?${query}`, headers },
    { baseUrl: found.baseUrl, account: ACCOUNT, ...scope },
  );
}

/** The provider of a slug. */
export function providerOf(slug: string): Provider {
  const provider = providers.find(({ id }) => id === slug);
  if (provider === undefined) throw new Error(`no provider ${slug}`);
  return provider;
}
