import type { MaybePromise } from './call.ts';
import type { TrafficPolicies } from './policies.ts';

/**
 * One gateway as an operator set it up. Field names follow the management API in camel case. The engine reads the first
 * four; plugins read theirs, and take what is absent as switched off.
 */
export interface GatewaySettings {
  readonly account: string;
  readonly id: string;
  /** Calls need a gateway token. */
  readonly authentication: boolean;
  /** Calls leave a row in the log unless they say otherwise. */
  readonly collectLogs: boolean;
  /** How long answers are served again, in seconds; 0 is off. */
  readonly cacheTtl?: number;
  /** What was cached up to this moment (milliseconds since 1970) is served no more. */
  readonly cachePurgedAt?: number | null;
  /** Seconds; 0 or null is off. */
  readonly rateLimitingInterval?: number | null;
  /** Calls in one interval; 0 or null is off. */
  readonly rateLimitingLimit?: number | null;
  readonly rateLimitingTechnique?: 'fixed' | 'sliding' | null;
  /** All tries of one call, the first included: 1 to 5. */
  readonly retryMaxAttempts?: number | null;
  /** Milliseconds. */
  readonly retryDelay?: number | null;
  readonly retryBackoff?: 'constant' | 'linear' | 'exponential' | null;
  /** A call without a credential of its own needs a stored one. */
  readonly byokOnly?: boolean;
  readonly traffic?: TrafficPolicies | null;
}

/** Where the engine learns which gateways exist. It is asked on every call, so it answers from memory. */
export interface SettingsSource {
  gateway(account: string, id: string): MaybePromise<GatewaySettings | undefined>;
}
