import { asc, eq } from 'drizzle-orm';
import { changeToWrites } from './account-config-changes.ts';
import { marksOf, unlessChanged } from './account-config-guard.ts';
import { assertAccount } from './accounts.ts';
import {
  allCredentials,
  type CredentialChange,
  type CredentialRecord,
  holdsSecret,
  type NewCredential,
} from './credentials.ts';
import type { CustomProvider, CustomProviderChange, NewCustomProvider } from './custom-providers.ts';
import type { SqlDatabase } from './database.ts';
import { type Dataset, type NewDataset, toDataset } from './datasets.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { Gateway, NewGateway } from './gateway.ts';
import { createHeaderVault, type Headers } from './header-vault.ts';
import { customProviders, datasets } from './schema/sqlite.ts';
import type { SettingsRepository } from './settings.ts';
import type { Vault } from './vault.ts';

/** All that is configured of an account, read and changed as one. */
export interface AccountConfigRepository {
  /** Oldest first. Rejects with `unknown_account`. */
  read(account: string): Promise<AccountState>;
  /** Whether a credential holds this very secret. One that can't be opened holds another one. */
  holdsSecret(credential: CredentialRecord, secret: string): Promise<boolean>;
  /** Whether a provider has these very headers; a hint as it was shown stands for the value behind it. */
  holdsHeaders(provider: CustomProvider, headers: Headers | null): Promise<boolean>;
  /**
   * Makes all changes or none. Rejects with `changed_meanwhile` when the account is no more as `state` says, and with
   * `no_master_key` where there is something to seal and this process has none.
   */
  apply(state: AccountState, changes: readonly AccountChange[]): Promise<void>;
}

/** What an account has at one moment, without its tokens. */
export interface AccountState {
  readonly account: string;
  readonly gateways: readonly Gateway[];
  readonly credentials: readonly CredentialRecord[];
  readonly datasets: readonly Dataset[];
  readonly customProviders: readonly CustomProvider[];
}

/** One thing to be made, changed or taken away. Whoever makes one chooses its id. */
export type AccountChange =
  | { readonly type: 'gateway.create' | 'gateway.update'; readonly gateway: NewGateway }
  | { readonly type: 'gateway.delete'; readonly id: string }
  | { readonly type: 'credential.create'; readonly credential: NewCredential & { readonly id: string } }
  | { readonly type: 'credential.update'; readonly credential: CredentialChange & { readonly provider: string } }
  | { readonly type: 'dataset.create' | 'dataset.update'; readonly dataset: NewDataset & { readonly id: string } }
  | { readonly type: 'custom_provider.create'; readonly provider: NewCustomProvider & { readonly id: string } }
  | { readonly type: 'custom_provider.update'; readonly provider: CustomProviderChange }
  | { readonly type: 'credential.delete' | 'dataset.delete' | 'custom_provider.delete'; readonly id: string };

export interface AccountConfigParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly vault: Vault | undefined;
  readonly settings: Pick<SettingsRepository, 'list'>;
  now(): number;
  /** Anything may be another: whoever remembers something should forget. */
  onChange(): void;
}

/** The configuration of accounts over all their tables. */
export function createAccountConfig(parts: AccountConfigParts): AccountConfigRepository {
  const { database, db, vault, settings, now, onChange } = parts;
  const headers = createHeaderVault(vault);
  const read = async (account: string): Promise<AccountState> => {
    await assertAccount(db, account);
    const { items: gateways } = await settings.list(account, { page: 1, perPage: ALL });
    const [credentials, sets, providers] = await Promise.all([
      allCredentials(db, account),
      db
        .select()
        .from(datasets)
        .where(eq(datasets.account, account))
        .orderBy(asc(datasets.createdAt), asc(datasets.id)),
      db
        .select()
        .from(customProviders)
        .where(eq(customProviders.account, account))
        .orderBy(asc(customProviders.createdAt), asc(customProviders.id)),
    ]);
    return {
      account,
      gateways,
      credentials,
      datasets: sets.map(toDataset),
      customProviders: providers.map((row) => ({ ...row, headers: headers.show(row.headers) })),
    };
  };
  const columnOf = async (id: string): Promise<string | null> => {
    const [row] = await db
      .select({ headers: customProviders.headers })
      .from(customProviders)
      .where(eq(customProviders.id, id));
    return row?.headers ?? null;
  };
  return {
    read,
    holdsSecret: (credential, secret) => holdsSecret(db, vault, credential, secret),
    async holdsHeaders({ id, headers: shown }, wanted) {
      const names = Object.keys(wanted ?? {});
      if (names.length !== Object.keys(shown ?? {}).length) return false;
      // Hints and what is no secret can be compared as they are shown.
      if (names.every((name) => wanted?.[name] === shown?.[name])) return true;
      const stored = await headers.open(await columnOf(id), id).catch(() => null);
      return names.every((name) => wanted?.[name] === stored?.[name] || isHint(name, wanted, shown));
    },
    async apply(state, changes) {
      if (changes.length === 0) return;
      const context = { db, vault, headers, columnOf, account: state.account, time: now() };
      const writes = await Promise.all(changes.map((change) => changeToWrites(change, context)));
      const marks = marksOf(state);
      try {
        await database.write([...unlessChanged(database.dialect, state.account, marks), ...writes.flat()]);
      } catch (cause) {
        const current = await read(state.account).catch(() => state);
        if (marksOf(current).join() === marks.join()) throw cause;
        const message = `The configuration of account "${state.account}" was changed meanwhile. Nothing of yours was written.`;
        throw new StorageError('changed_meanwhile', message, { cause });
      }
      onChange();
    },
  };
}

const ALL = 1_000_000;

function isHint(name: string, wanted: Headers | null, shown: Headers | null): boolean {
  return wanted?.[name]?.includes('…') === true && wanted[name] === shown?.[name];
}
