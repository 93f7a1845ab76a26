import { and, eq } from 'drizzle-orm';
import type { AccountChange } from './account-config.ts';
import { insertion, replacement, seal } from './credentials.ts';
import type { SqlValue, SqlWrite } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { GATEWAY_DEFAULTS, type JsonValue } from './gateway.ts';
import type { HeaderVault } from './header-vault.ts';
import { credentials, customProviders, datasets, gateways } from './schema/sqlite.ts';
import { REMOVALS, replacingSettings } from './settings.ts';
import type { Vault } from './vault.ts';

export interface ChangeContext {
  readonly db: Drizzle;
  readonly vault: Vault | undefined;
  readonly headers: HeaderVault;
  readonly account: string;
  readonly time: number;
  /** The headers of a custom provider as they are stored. */
  columnOf(id: string): Promise<string | null>;
}

/** The statements of one change, with what is secret sealed. */
export async function changeToWrites(change: AccountChange, context: ChangeContext): Promise<readonly SqlWrite[]> {
  const { db, vault, headers, account, time } = context;
  switch (change.type) {
    case 'gateway.create': {
      const values = { ...GATEWAY_DEFAULTS, ...change.gateway, account, createdAt: time, modifiedAt: time };
      return [toWrite(db.insert(gateways).values(values))];
    }
    case 'gateway.update': {
      const isMeant = and(eq(gateways.account, account), eq(gateways.id, change.gateway.id));
      return [toWrite(db.update(gateways).set(replacingSettings(change.gateway, time)).where(isMeant))];
    }
    case 'gateway.delete':
      return REMOVALS.map((sql) => ({ sql, rows: [[account, change.id]] }));
    case 'credential.create': {
      const wanted = { ...change.credential, account };
      return [insertion(wanted, await seal(vault, wanted.secret, wanted), time)];
    }
    case 'credential.update': {
      const wanted = { ...change.credential, account };
      return [
        replacement(wanted, wanted.secret === undefined ? undefined : await seal(vault, wanted.secret, wanted), time),
      ];
    }
    case 'credential.delete':
      return [
        toWrite(db.delete(credentials).where(and(eq(credentials.account, account), eq(credentials.id, change.id)))),
      ];
    case 'dataset.create':
    case 'dataset.update': {
      const { id, gateway, name, enable } = change.dataset;
      const filters = change.dataset.filters as unknown as JsonValue;
      if (change.type === 'dataset.create') {
        const values = { id, account, gateway, name, enable, filters, createdAt: time, modifiedAt: time };
        return [toWrite(db.insert(datasets).values(values))];
      }
      const isMeant = and(eq(datasets.account, account), eq(datasets.id, id));
      return [toWrite(db.update(datasets).set({ name, enable, filters, modifiedAt: time }).where(isMeant))];
    }
    case 'dataset.delete':
      return [toWrite(db.delete(datasets).where(and(eq(datasets.account, account), eq(datasets.id, change.id))))];
    case 'custom_provider.create': {
      const { id, headers: wanted = null } = change.provider;
      const sealed = await headers.seal(wanted, id);
      const values = { enable: false, beta: false, ...change.provider, account, createdAt: time, modifiedAt: time };
      return [toWrite(db.insert(customProviders).values({ ...values, headers: sealed }))];
    }
    case 'custom_provider.update': {
      const { id, account: _, headers: wanted, ...settings } = change.provider;
      const sealed = wanted === undefined ? undefined : await headers.reseal(wanted, await context.columnOf(id), id);
      const isMeant = and(eq(customProviders.account, account), eq(customProviders.id, id));
      const values = { ...settings, headers: sealed, modifiedAt: time };
      return [toWrite(db.update(customProviders).set(values).where(isMeant))];
    }
    case 'custom_provider.delete': {
      const isMeant = and(eq(customProviders.account, account), eq(customProviders.id, change.id));
      return [toWrite(db.delete(customProviders).where(isMeant))];
    }
  }
}

/** What drizzle would have asked, its parameters as the columns want them. */
function toWrite(query: { toSQL(): { readonly sql: string; readonly params: unknown[] } }): SqlWrite {
  const { sql, params } = query.toSQL();
  return { sql, rows: [params as SqlValue[]] };
}
