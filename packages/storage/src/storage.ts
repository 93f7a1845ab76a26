import { type AccountRepository, createAccounts } from './accounts.ts';
import type { SqlDatabase } from './database.ts';
import { drizzleOver } from './drizzle.ts';
import { FreshCache } from './fresh-cache.ts';
import type { Gateway } from './gateway.ts';
import { createLogs, type LogRepository } from './logs.ts';
import { migrate } from './migrate.ts';
import { createSettings, type SettingsRepository } from './settings.ts';
import { createTokens, type TokenHolder, type TokenRepository } from './tokens.ts';

/** Everything that outlives the process. */
export interface Storage {
  readonly accounts: AccountRepository;
  readonly settings: SettingsRepository;
  readonly tokens: TokenRepository;
  readonly logs: LogRepository;
  /** Brings the tables up to date and names the steps it took. Call it before anything else. */
  migrate(): Promise<readonly string[]>;
  /** Closes the database. */
  close(): Promise<void>;
}

export interface StorageOptions {
  /** Milliseconds since 1970; the platform's clock unless given. */
  readonly now?: () => number;
}

/** The repositories over a database. Opens nothing and reads nothing by itself, so a Worker may call it at start. */
export function createStorage(database: SqlDatabase, { now = Date.now }: StorageOptions = {}): Storage {
  const db = drizzleOver(database);
  return {
    accounts: createAccounts(db, now),
    settings: createSettings(db, new FreshCache<Gateway>({ ...MEMORY, now }), now),
    tokens: createTokens(database, db, new FreshCache<TokenHolder>({ ...MEMORY, now }), now),
    logs: createLogs(database, db),
    migrate: () => migrate(database),
    close: () => database.close(),
  };
}

// A change by another process is seen within two seconds; who just created a gateway elsewhere waits half a second.
const MEMORY = { freshMs: 1000, graceMs: 1000, missMs: 500, capacity: 10_000 };
