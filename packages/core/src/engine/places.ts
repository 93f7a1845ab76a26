import type { Provider } from '../contracts/provider.ts';

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
