import type { MaybePromise } from './call.ts';
import type { Protocol } from './protocol.ts';

/**
 * Where and how to knock: one vendor's addresses, credentials and path rules. A provider only answers questions; it
 * never fetches, waits or reads the environment.
 */
export interface Provider {
  /** The slug in the URL: lower case and stable, `openai`. */
  readonly id: string;
  /** The vendor's own address, without a trailing slash; may hold `{placeholders}` that its path rule fills. */
  readonly baseUrl: string;
  /** Lower-case names of the headers that carry this vendor's credential. */
  readonly credentialHeaders: readonly string[];
  /** The word before a credential in `authorization`; `Bearer` unless set. */
  readonly credentialScheme?: string;
  /** Another one whenever what the provider answered before no longer counts: cached answers are kept apart by it. */
  readonly revision?: string;
  /** Where a path below the slug leads. Throws `GatewayError('invalid_path')` for one that leads nowhere. */
  resolve(request: ProviderRequest, scope: ProviderScope): UpstreamTarget;
}

/**
 * Providers that belong to one account. Asked on every call to a slug that the gateway's own providers don't have, so it
 * answers from memory. It may throw `GatewayError` for one that can't be called now.
 */
export type AccountProviders = (account: string, slug: string) => MaybePromise<Provider | undefined>;

/** What a provider may look at to find the upstream address. */
export interface ProviderRequest {
  readonly method: string;
  /** What stands behind the slug, percent-encoding as it came, without a leading slash. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ProviderScope {
  /** The vendor's address, or what the operator put in its place. Without a trailing slash. */
  readonly baseUrl: string;
  /** The gateway's account, for the vendor whose address holds one (Workers AI). */
  readonly account?: string;
}

/** One place to send a call to. */
export interface UpstreamTarget {
  /** Absolute, query included. */
  readonly url: string;
  /** What is spoken there; undefined for a path nobody reads, which is forwarded all the same. */
  readonly protocol: Protocol | undefined;
  /** The path below the base that the protocol reads, and the log shows. */
  readonly path: string;
  /** Headers to add where the client did not send them (`anthropic-version`). */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** Headers to change or, with undefined, to drop whatever the client sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}
