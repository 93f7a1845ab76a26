import type { TrafficPolicies } from '@sluice/core';
import type { DatasetFilter, JsonValue } from '@sluice/storage';

/** The whole configuration of an account, as a file: `export default { version: 1, … } satisfies AccountConfig`. */
export interface AccountConfig {
  /** For editors: where the JSON Schema is. */
  readonly $schema?: string;
  readonly version: 1;
  /** Keeps a file from being applied to another account. */
  readonly account?: string;
  /** By their ids. Left out, gateways are no concern of the file. */
  readonly gateways?: Readonly<Record<string, GatewayConfig>>;
  /** By their slugs, without `custom-`. Left out, they are no concern of the file. */
  readonly custom_providers?: Readonly<Record<string, CustomProviderConfig>>;
}

/** The name of a variable that holds the value: the CLI puts it in on its way to the server. */
export interface EnvReference {
  readonly env: string;
}

/** One gateway, named as the management API names it. What is left out has its default, but for `authentication`, which stays. */
export interface GatewayConfig {
  readonly description?: string | null;
  readonly is_default?: boolean;
  readonly authentication?: boolean;
  readonly byok_only?: boolean;
  readonly cache_invalidate_on_update?: boolean;
  /** Seconds; 0 is off. */
  readonly cache_ttl?: number | null;
  readonly collect_logs?: boolean;
  readonly log_classification?: boolean;
  readonly log_management?: number | null;
  readonly log_management_strategy?: 'STOP_INSERTING' | 'DELETE_OLDEST' | null;
  readonly logpush?: boolean;
  readonly logpush_public_key?: string | null;
  /** Seconds. */
  readonly rate_limiting_interval?: number | null;
  readonly rate_limiting_limit?: number | null;
  readonly rate_limiting_technique?: 'fixed' | 'sliding' | null;
  readonly retry_max_attempts?: number | null;
  /** Milliseconds. */
  readonly retry_delay?: number | null;
  readonly retry_backoff?: 'constant' | 'linear' | 'exponential' | null;
  readonly store_id?: string | null;
  readonly workers_ai_billing_mode?: 'postpaid' | 'unified';
  readonly zdr?: boolean;
  readonly dlp?: JsonValue;
  readonly guardrails?: JsonValue;
  readonly otel?: JsonValue;
  readonly spend_limits?: JsonValue;
  readonly stripe?: JsonValue;
  readonly traffic?: TrafficPolicies | null;
  /** Left out, the stored credentials are no concern of the file. */
  readonly provider_configs?: readonly ProviderConfig[];
  /** Left out, the datasets are no concern of the file. */
  readonly datasets?: readonly DatasetConfig[];
}

/** A stored credential, known by its provider and alias. */
export interface ProviderConfig {
  readonly provider_slug: string;
  readonly alias: string;
  readonly default_config?: boolean;
  readonly rate_limit?: number | null;
  readonly rate_limit_period?: number | null;
  /** Null keeps the stored one. */
  readonly secret?: string | EnvReference | null;
}

/** A named filter over the log, known by its name. */
export interface DatasetConfig {
  readonly name: string;
  readonly enable: boolean;
  readonly filters: readonly DatasetFilter[];
}

/** A provider of the account's own. */
export interface CustomProviderConfig {
  readonly name: string;
  readonly base_url: string;
  readonly enable?: boolean;
  readonly beta?: boolean;
  readonly description?: string | null;
  readonly link?: string | null;
  readonly curl_example?: string | null;
  readonly js_example?: string | null;
  /** A hint such as `sk-…abcd`, as it was pulled, keeps the stored value. */
  readonly headers?: Readonly<Record<string, string | EnvReference>> | null;
  readonly position?: number | null;
}

/** What a file would change. */
export interface ConfigPlan {
  readonly changes: readonly ConfigChange[];
  /** Of the state that was looked at: `apply` refuses when it is another one by then. */
  readonly hash: string;
}

/** One thing to be made, changed or taken away. */
export interface ConfigChange {
  readonly action: 'create' | 'update' | 'delete';
  readonly kind: 'gateway' | 'provider_config' | 'dataset' | 'custom_provider';
  /** `prod`, `prod/openai/default`, `prod/errors`, `my-llm`. */
  readonly id: string;
  readonly fields: readonly FieldChange[];
}

/** One field of it. Secrets stand in neither value. */
export interface FieldChange {
  /** `traffic.cache.streams` */
  readonly path: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}
