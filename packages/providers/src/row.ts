import type { Provider } from '@sluice/core';
import { fillBaseUrl } from './base-url.ts';
import { compileRule, join, type PathRule } from './path-rules.ts';
import { assertSafePath, assertSafeQuery, type SlashRule } from './safe-path.ts';
import { compileTails, type Tails } from './tails.ts';

/** One vendor as a line of a table. */
export interface ProviderRow {
  readonly id: string;
  /** Other slugs for the same vendor. */
  readonly aliases?: readonly string[];
  readonly baseUrl: string;
  /** Lower-case headers that carry the credential. */
  readonly credentials: readonly string[];
  /** The word before a credential in `authorization`: `Bearer` unless set, empty for none. */
  readonly scheme?: string;
  readonly path: PathRule;
  /** What is spoken where. Left out for vendors whose answers nobody reads. */
  readonly tails?: Tails;
  /** Sent where the client did not say. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** Which segments may hold `%2F`; by default the id of `models/{id}`. */
  readonly allowsSlash?: SlashRule;
}

/** The providers of a row: one under its id and one under each alias. */
export function toProviders(row: ProviderRow): readonly Provider[] {
  return [row.id, ...(row.aliases ?? [])].map((id) => toProvider({ ...row, id }));
}

/** The provider of a row under its own id. */
export function toProvider(row: ProviderRow): Provider {
  const place = compileRule(row.path, row.baseUrl);
  const protocolAt = compileTails(row.tails ?? {});
  return {
    id: row.id,
    baseUrl: row.baseUrl,
    credentialHeaders: row.credentials,
    ...(row.scheme !== undefined && { credentialScheme: row.scheme }),
    resolve(request, scope) {
      assertSafePath(request.path, row.allowsSlash);
      const found = place(request, scope);
      const query = found.query ?? request.query;
      assertSafeQuery(query);
      const base = fillBaseUrl(scope.baseUrl, found.values ?? {}, row.id);
      const defaultHeaders = found.defaultHeaders ?? row.defaultHeaders;
      return {
        url: join(base, found.path) + query,
        // Only a POST asks for work; what is listed or fetched was paid for before.
        protocol: request.method === 'POST' ? protocolAt(found.path) : undefined,
        path: found.path,
        ...(defaultHeaders && { defaultHeaders }),
        ...(found.headers && { headers: found.headers }),
      };
    },
  };
}
