export { accountConfigSchema } from './account-config/json-schema.ts';
export type {
  AccountConfig,
  ConfigChange,
  ConfigPlan,
  CustomProviderConfig,
  DatasetConfig,
  EnvReference,
  FieldChange,
  GatewayConfig,
  ProviderConfig,
} from './account-config/types.ts';
export { createManagement, type ManagementOptions, type TokenVerifier, type VerifiedToken } from './management.ts';
export { createMetrics, type MetricsOptions } from './metrics/metrics.ts';
export type { CallCounts, LogCounts, MetricsSources, RollupCounts } from './metrics/sources.ts';
export type { OidcOptions } from './oidc/options.ts';
export { privateAddress } from './private-address.ts';
