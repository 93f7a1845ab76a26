import type { MaybePromise } from './call.ts';

/** A vendor's credential that the operator has stored, ready to use. */
export interface StoredCredential {
  readonly id: string;
  /** The provider's slug. */
  readonly provider: string;
  /** Several credentials may share an alias: calls are spread over them. */
  readonly alias: string;
  /** Used where a call names no alias and there is none called `default`. */
  readonly isDefault: boolean;
  /** The secret itself: a key, or the JSON that the vendor's special kind wants. */
  readonly secret: string;
  /** At most so many calls in one period; null for no limit. */
  readonly rateLimit: number | null;
  /** Seconds. */
  readonly rateLimitPeriod: number | null;
}

/** Where stored credentials come from. It is asked on the path of calls, so it answers from memory when it can. */
export interface CredentialSource {
  credentials(account: string, gateway: string, provider: string): MaybePromise<readonly StoredCredential[]>;
}
