export type {
  AccountConfig,
  CustomProviderConfig,
  DatasetConfig,
  EnvReference,
  GatewayConfig,
  ProviderConfig,
} from '@sluice/management';
export { ConfigError } from './config/config-error.ts';
export type {
  CustomProviderSettings,
  LimitSettings,
  LoggingSettings,
} from './config/config-file.ts';
export { type ConfigSources, readConfig, type SluiceConfig } from './config/read-config.ts';
export { createSluice, type Platform, type Sluice } from './create-sluice.ts';
export { startFailure } from './start-failure.ts';
export { type WelcomeOptions, welcome } from './welcome.ts';
