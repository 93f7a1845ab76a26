import type { StoredCredential } from '@sluice/core';
import { type AccountConfigRepository, createAccountConfig } from './account-config.ts';
import { type AccountRepository, createAccounts } from './accounts.ts';
import { type AuditRepository, createAudit } from './audit.ts';
import { type CredentialRepository, createCredentials } from './credentials.ts';
import { type CustomProvider, type CustomProviderRepository, createCustomProviders } from './custom-providers.ts';
import type { SqlDatabase } from './database.ts';
import { createDatasets, type DatasetRepository } from './datasets.ts';
import { drizzleOver } from './drizzle.ts';
import { createEvaluations, type EvaluationRepository } from './evaluations.ts';
import { FreshCache } from './fresh-cache.ts';
import type { Gateway } from './gateway.ts';
import type { LogPolicy } from './log-gate.ts';
import { createLogs, type LogRepository } from './logs.ts';
import { migrate } from './migrate.ts';
import { createRollups, type RollupRepository } from './rollups.ts';
import { createSessions, type SessionRepository } from './sessions.ts';
import { createSettings, type SettingsRepository } from './settings.ts';
import { createTokens, type TokenHolder, type TokenRepository } from './tokens.ts';
import { createCallRead } from './unavailable.ts';
import { createVault } from './vault.ts';

/** Everything that outlives the process. */
export interface Storage {
  readonly accounts: AccountRepository;
  readonly settings: SettingsRepository;
  readonly tokens: TokenRepository;
  readonly sessions: SessionRepository;
  readonly audit: AuditRepository;
  readonly credentials: CredentialRepository;
  readonly logs: LogRepository;
  readonly rollups: RollupRepository;
  readonly datasets: DatasetRepository;
  readonly evaluations: EvaluationRepository;
  readonly customProviders: CustomProviderRepository;
  readonly accountConfig: AccountConfigRepository;
  /** Brings the tables up to date and names the steps it took. Call it before anything else. */
  migrate(): Promise<readonly string[]>;
  /** Closes the database. */
  close(): Promise<void>;
}

export interface StorageOptions {
  /** Milliseconds since 1970; the platform's clock unless given. */
  readonly now?: () => number;
  /** What credentials are encrypted with: 32 random bytes in base64 say. Without it none can be stored or used. */
  readonly masterKey?: string | undefined;
}

/** The repositories over a database. Opens nothing and reads nothing by itself, so a Worker may call it at start. */
export function createStorage(database: SqlDatabase, options: StorageOptions = {}): Storage {
  const { now = Date.now, masterKey } = options;
  const db = drizzleOver(database);
  const known = {
    gateways: new FreshCache<Gateway>({ ...MEMORY, now }),
    tokens: new FreshCache<TokenHolder>({ ...MEMORY, now }),
    credentials: new FreshCache<readonly StoredCredential[]>({ ...MEMORY, now }),
    customProviders: new FreshCache<CustomProvider>({ ...MEMORY, now }),
  };
  const read = createCallRead(now);
  const onRemove = (): void => {
    known.tokens.forgetAll();
    known.credentials.forgetAll();
  };
  const vault = masterKey === undefined ? undefined : createVault(masterKey);
  const settings = createSettings({ database, db, memory: known.gateways, read, now, onRemove });
  return {
    accounts: createAccounts(db, now),
    settings,
    tokens: createTokens({ database, db, memory: known.tokens, read, now }),
    sessions: createSessions(db, now),
    audit: createAudit(db, now),
    credentials: createCredentials({ database, db, memory: known.credentials, read, vault, now }),
    logs: createLogs({
      database,
      db,
      now,
      policyOf: async (account, id) => policyOf(await settings.gateway(account, id)),
    }),
    rollups: createRollups(database, now),
    datasets: createDatasets(database, db, now),
    evaluations: createEvaluations(database, db, now),
    customProviders: createCustomProviders({
      database,
      db,
      memory: known.customProviders,
      read,
      vault,
      now,
      onRemove: () => known.credentials.forgetAll(),
    }),
    accountConfig: createAccountConfig({
      database,
      db,
      vault,
      now,
      onChange() {
        onRemove();
        known.gateways.forgetAll();
        known.customProviders.forgetAll();
      },
      settings,
    }),
    migrate: () => migrate(database),
    close: () => database.close(),
  };
}

function policyOf(gateway: Gateway | undefined): LogPolicy | undefined {
  return gateway && { max: gateway.logManagement, strategy: gateway.logManagementStrategy };
}

// A change by another process is seen within two seconds; who just created a gateway elsewhere waits half a second.
const MEMORY = { freshMs: 1000, graceMs: 1000, missMs: 500, patienceMs: 500, capacity: 10_000 };
