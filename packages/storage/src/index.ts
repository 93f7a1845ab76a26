export type { AccountChange, AccountConfigRepository, AccountState } from './account-config.ts';
export type { AccountRepository } from './accounts.ts';
export type { AuditEntry, AuditQuery, AuditRepository, NewAuditEntry } from './audit.ts';
export { isDatabaseAway } from './away.ts';
export type { CredentialChange, CredentialRecord, CredentialRepository, NewCredential } from './credentials.ts';
export type {
  CustomProvider,
  CustomProviderChange,
  CustomProviderQuery,
  CustomProviderRepository,
  NewCustomProvider,
} from './custom-providers.ts';
export type { SqlDatabase, SqlValue, SqlWrite } from './database.ts';
export type {
  Dataset,
  DatasetFilter,
  DatasetFilterKey,
  DatasetQuery,
  DatasetRepository,
  NewDataset,
} from './datasets.ts';
export { StorageError, type StorageErrorCode } from './errors.ts';
export type {
  Evaluation,
  EvaluationQuery,
  EvaluationRepository,
  EvaluationResult,
  NewEvaluation,
} from './evaluations.ts';
export { GATEWAY_DEFAULTS, type Gateway, type JsonValue, type NewGateway } from './gateway.ts';
export type { BodyHead, BodyPart, LogBodyReader } from './log-bodies.ts';
export type { LogSelection } from './log-drive.ts';
export type { LogExtent } from './log-extent.ts';
export {
  type FilterProblem,
  filterProblem,
  filtersProblem,
  LOG_OPERATORS,
  type LogFilter,
  type LogFilterValue,
  type LogOperator,
} from './log-filter.ts';
export type { LogPolicy } from './log-gate.ts';
export type { LogKeeper, RetainLimits } from './log-keeper.ts';
export type { LogPage, LogQuery } from './log-list.ts';
export type { LogMeasures } from './log-measures.ts';
export { LOG_ORDER_KEYS, type LogOrderKey } from './log-order.ts';
export type { LogRemoval, Removed } from './log-removal.ts';
export type { LogChange, LogRepository } from './logs.ts';
export { type Migration, migrate } from './migrate.ts';
export type { Page, PageRequest } from './page.ts';
export type { RollupRepository } from './rollups.ts';
export type { RollupDimension, RollupFilter, RollupValue } from './rollups-filter.ts';
export { ROLLUP_STEPS, type RollupPeriod, rollupPeriodAt } from './rollups-periods.ts';
export type { RollupGroup, RollupQuery } from './rollups-read.ts';
export type { CreatedSession, NewSession, Session, SessionRepository } from './sessions.ts';
export type { GatewayQuery, SettingsRepository } from './settings.ts';
export { createStorage, type Storage, type StorageOptions } from './storage.ts';
export type {
  CreatedToken,
  NewToken,
  Role,
  TokenChange,
  TokenHolder,
  TokenKind,
  TokenRecord,
  TokenRepository,
} from './tokens.ts';
export { createVault, type Vault } from './vault.ts';
