import type { GatewaySettings, TrafficPolicies } from '@sluice/core';

/** Anything JSON can say; a field that is undefined is left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** A gateway with everything that can be set on it, as the management API publishes it. */
export interface Gateway extends GatewaySettings {
  readonly description: string | null;
  readonly isDefault: boolean;
  /** How many rows the log keeps; null for no limit. */
  readonly logManagement: number | null;
  readonly logManagementStrategy: 'STOP_INSERTING' | 'DELETE_OLDEST' | null;
  readonly logClassification: boolean;
  readonly logpush: boolean;
  readonly logpushPublicKey: string | null;
  /** Seconds; 0 is off. */
  readonly cacheTtl: number;
  readonly cacheInvalidateOnUpdate: boolean;
  /** Seconds. */
  readonly rateLimitingInterval: number | null;
  readonly rateLimitingLimit: number | null;
  readonly rateLimitingTechnique: 'fixed' | 'sliding' | null;
  readonly retryMaxAttempts: number | null;
  /** Milliseconds. */
  readonly retryDelay: number | null;
  readonly retryBackoff: 'constant' | 'linear' | 'exponential' | null;
  readonly byokOnly: boolean;
  readonly storeId: string | null;
  readonly workersAiBillingMode: 'postpaid' | 'unified';
  readonly zdr: boolean;
  readonly dlp: JsonValue | null;
  readonly guardrails: JsonValue | null;
  readonly otel: JsonValue | null;
  readonly spendLimits: JsonValue | null;
  readonly stripe: JsonValue | null;
  readonly traffic: TrafficPolicies | null;
  /** What was cached up to this moment is served no more; null when nothing was ever purged. Milliseconds since 1970. */
  readonly cachePurgedAt: number | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** A gateway to be: its name, and whatever differs from `GATEWAY_DEFAULTS`. */
export type NewGateway = Pick<Gateway, 'account' | 'id'> &
  Partial<Omit<Gateway, 'createdAt' | 'modifiedAt' | 'authentication' | 'cachePurgedAt'>> & {
    /** Null leaves it to each process: see `SettingsRepository.setAutomaticAuthentication`. */
    readonly authentication?: boolean | null;
  };

/** What a gateway is unless told otherwise: open, logging, and nothing else switched on. */
export const GATEWAY_DEFAULTS: Omit<Gateway, 'account' | 'id' | 'createdAt' | 'modifiedAt'> = {
  description: null,
  isDefault: false,
  authentication: false,
  collectLogs: true,
  logManagement: 10_000_000,
  logManagementStrategy: 'DELETE_OLDEST',
  logClassification: false,
  logpush: false,
  logpushPublicKey: null,
  cacheTtl: 0,
  cacheInvalidateOnUpdate: false,
  rateLimitingInterval: 0,
  rateLimitingLimit: 0,
  rateLimitingTechnique: 'fixed',
  retryMaxAttempts: null,
  retryDelay: null,
  retryBackoff: null,
  byokOnly: false,
  storeId: null,
  workersAiBillingMode: 'postpaid',
  zdr: false,
  dlp: null,
  guardrails: null,
  otel: null,
  spendLimits: null,
  stripe: null,
  traffic: null,
  cachePurgedAt: null,
};
