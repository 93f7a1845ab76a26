import type { MaybePromise, SettingsSource } from '@sluice/core';
import { and, asc, count, desc, eq, sql } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { GATEWAY_DEFAULTS, type Gateway, type NewGateway } from './gateway.ts';
import { memoryKey } from './memory-key.ts';
import type { Page, PageRequest } from './page.ts';
import { gateways } from './schema/sqlite.ts';
import type { CallRead } from './unavailable.ts';

/** The gateways of an account. `gateway` is for the path of calls and answers from memory; the others ask the database. */
export interface SettingsRepository extends SettingsSource {
  gateway(account: string, id: string): MaybePromise<Gateway | undefined>;
  get(account: string, id: string): Promise<Gateway | undefined>;
  /** Oldest first unless told otherwise. */
  list(account: string, query: GatewayQuery): Promise<Page<Gateway>>;
  /** Rejects with `already_exists` or `unknown_account`. */
  create(gateway: NewGateway): Promise<Gateway>;
  /**
   * Replaces all settings: what is not said becomes what `GATEWAY_DEFAULTS` says, but for `authentication`, which stays:
   * nobody opens a gateway by leaving something out. With `cacheInvalidateOnUpdate` its cached answers are served no
   * more. Undefined when there is no such gateway.
   */
  update(gateway: NewGateway): Promise<Gateway | undefined>;
  /** Takes a gateway away, with its credentials, datasets, evaluations and the tokens for it alone. Its log stays. Gives it back. */
  remove(account: string, id: string): Promise<Gateway | undefined>;
  /** From now on what was cached before is served no more. False when there is no such gateway. */
  purgeCache(account: string, id: string): Promise<boolean>;
  /** Says what the `authentication` of gateways that were created with null is in this process: on, until this is called. */
  setAutomaticAuthentication(isOn: boolean): void;
}

export interface GatewayQuery extends PageRequest {
  /** Only those whose id contains this, upper and lower case alike. */
  readonly search?: string | undefined;
  readonly orderBy?: 'createdAt' | 'modifiedAt' | 'id' | undefined;
  readonly direction?: 'asc' | 'desc' | undefined;
}

export interface SettingsParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly memory: FreshCache<Gateway>;
  readonly read: CallRead;
  now(): number;
  /** Tokens and credentials went with a gateway: whoever remembers them should forget. */
  onRemove(): void;
}

/** Gateways over drizzle, remembered in `memory`. */
export function createSettings({ database, db, memory, read, now, onRemove }: SettingsParts): SettingsRepository {
  let automatic = true;
  const toGateway = (row: Row): Gateway => ({ ...row, authentication: row.authentication ?? automatic });
  const get = async (account: string, id: string): Promise<Gateway | undefined> => {
    const rows = await db.select().from(gateways).where(isGateway(account, id)).limit(1);
    return rows[0] && toGateway(rows[0]);
  };
  return {
    gateway: (account, id) =>
      memory.get(memoryKey(account, id), () => read(`the gateway "${id}"`, () => get(account, id))),
    get,
    async list(account, query) {
      const { items, total } = await list(db, account, query);
      return { items: items.map(toGateway), total };
    },
    async create(wanted) {
      const created = await insert(db, wanted, now());
      memory.forget(memoryKey(created.account, created.id));
      return toGateway(created);
    },
    async update(wanted) {
      const updated = await update(db, wanted, now());
      memory.forget(memoryKey(wanted.account, wanted.id));
      return updated && toGateway(updated);
    },
    async remove(account, id) {
      const known = await get(account, id);
      if (known === undefined) return undefined;
      await database.write(REMOVALS.map((sql) => ({ sql, rows: [[account, id]] })));
      memory.forget(memoryKey(account, id));
      onRemove();
      return known;
    },
    async purgeCache(account, id) {
      const purged = await db
        .update(gateways)
        .set({ cachePurgedAt: now() })
        .where(isGateway(account, id))
        .returning({ id: gateways.id });
      memory.forget(memoryKey(account, id));
      return purged.length > 0;
    },
    setAutomaticAuthentication(isOn) {
      automatic = isOn;
      memory.forgetAll();
    },
  };
}

type Row = typeof gateways.$inferSelect;

async function list(db: Drizzle, account: string, query: GatewayQuery): Promise<Page<Row>> {
  const { page, perPage, search, orderBy = 'createdAt' } = query;
  const order = query.direction === 'desc' ? desc : asc;
  const matches = and(
    eq(gateways.account, account),
    // Without the text it would be another id: said so that both databases understand it.
    !search ? undefined : sql`replace(${gateways.id}, ${search.toLowerCase()}, '') <> ${gateways.id}`,
  );
  const [counted] = await db.select({ total: count() }).from(gateways).where(matches);
  const items = await db
    .select()
    .from(gateways)
    .where(matches)
    .orderBy(order(gateways[orderBy]), order(gateways.id))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items, total: counted?.total ?? 0 };
}

async function insert(db: Drizzle, wanted: NewGateway, time: number): Promise<Row> {
  await assertAccount(db, wanted.account);
  const values = { ...GATEWAY_DEFAULTS, ...wanted, createdAt: time, modifiedAt: time };
  const [created] = await db.insert(gateways).values(values).onConflictDoNothing().returning();
  if (created !== undefined) return created;
  throw new StorageError('already_exists', `Account "${wanted.account}" already has a gateway "${wanted.id}".`);
}

async function update(db: Drizzle, wanted: NewGateway, time: number): Promise<Row | undefined> {
  const [updated] = await db
    .update(gateways)
    .set(replacingSettings(wanted, time))
    .where(isGateway(wanted.account, wanted.id))
    .returning();
  return updated;
}

type SettingsUpdate = { readonly [K in keyof StoredGateway]?: StoredGateway[K] | undefined };

/** A row of the table, spelled out where declarations can't infer it. */
interface StoredGateway extends Omit<Gateway, 'authentication'> {
  readonly authentication: boolean | null;
}

/** What replaces the settings of a gateway in its row. */
export function replacingSettings(wanted: NewGateway, time: number): SettingsUpdate {
  const { authentication: _, ...defaults } = GATEWAY_DEFAULTS;
  const { account: __, id: ___, ...settings } = { ...defaults, ...wanted };
  // drizzle leaves alone what is undefined, also where a caller gives back a gateway as he read it.
  const kept = { createdAt: undefined, cachePurgedAt: settings.cacheInvalidateOnUpdate ? time : undefined };
  return { ...settings, ...kept, modifiedAt: time };
}

/** Takes a gateway away with all that is for it alone: account and id are the parameters of each. */
export const REMOVALS: readonly string[] = [
  'DELETE FROM credentials WHERE account = ? AND gateway = ?',
  'DELETE FROM tokens WHERE account = ? AND gateway = ?',
  'DELETE FROM datasets WHERE account = ? AND gateway = ?',
  'DELETE FROM evaluations WHERE account = ? AND gateway = ?',
  'DELETE FROM gateways WHERE account = ? AND id = ?',
];

function isGateway(account: string, id: string) {
  return and(eq(gateways.account, account), eq(gateways.id, id));
}
