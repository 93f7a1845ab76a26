import type { Location, PluginHost } from '../contracts/plugin.ts';
import type { AccountProviders, Provider, ProviderRequest } from '../contracts/provider.ts';
import { GatewayError } from '../errors.ts';
import { suggest } from '../suggest.ts';

/** A provider and where it is reached. */
export interface Place {
  readonly provider: Provider;
  /** The provider's own address or the operator's, without a trailing slash. */
  readonly baseUrl: string;
}

/** The providers by slug, each at the address in force. */
export function placesOf(
  providers: readonly Provider[],
  baseUrls: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Place> {
  return new Map(
    providers.map((provider) => {
      const baseUrl = (baseUrls[provider.id] ?? provider.baseUrl).replace(/\/+$/, '');
      return [provider.id, { provider, baseUrl }];
    }),
  );
}

/**
 * Finds where a path below a slug leads. Throws `invalid_provider` for a slug that nobody has, `invalid_path` for a path
 * that leads nowhere. An account's own providers come after the gateway's, so calls to those pay nothing for them.
 */
export function createLocate(
  places: ReadonlyMap<string, Place>,
  accountProviders?: AccountProviders,
): PluginHost['locate'] {
  return (slug, request, account) => {
    const place = places.get(slug);
    if (place !== undefined) return locationAt(place, request, account);
    const found = (provider: Provider | undefined): Location => {
      if (provider === undefined) throw unknownProvider(slug, [...places.keys()]);
      return locationAt({ provider, baseUrl: provider.baseUrl }, request, account);
    };
    const own = accountProviders?.(account, slug);
    return own instanceof Promise ? own.then(found) : found(own);
  };
}

function locationAt({ provider, baseUrl }: Place, request: ProviderRequest, account: string): Location {
  return { provider, target: provider.resolve(request, { baseUrl, account }) };
}

function unknownProvider(slug: string, known: readonly string[]): GatewayError {
  return new GatewayError(
    'invalid_provider',
    `there is no provider "${decoded(slug)}". ${suggest(decoded(slug), known)}`,
  );
}

/** Only for the eye: `%6fpenai` is no slug, but its reader should see what it says. */
function decoded(slug: string): string {
  try {
    return decodeURIComponent(slug);
  } catch {
    return slug;
  }
}
