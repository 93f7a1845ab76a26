import type { Location } from '../contracts/plugin.ts';
import type { Provider, ProviderRequest } from '../contracts/provider.ts';
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

/** Where a path below a slug leads. Throws `invalid_provider` for a slug that nobody has, `invalid_path` for a path that leads nowhere. */
export function locate(
  places: ReadonlyMap<string, Place>,
  slug: string,
  request: ProviderRequest,
  account: string,
): Location {
  const place = places.get(slug);
  if (place === undefined) throw unknownProvider(slug, [...places.keys()]);
  const { provider, baseUrl } = place;
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
