import type { MaybePromise, SettingsSource } from '@sluice/core';
import { and, asc, count, eq, sql } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { GATEWAY_DEFAULTS, type Gateway, type NewGateway } from './gateway.ts';
import type { Page, PageRequest } from './page.ts';
import { gateways } from './schema/sqlite.ts';

/** The gateways of an account. `gateway` is for the path of calls and answers from memory; the others ask the database. */
export interface SettingsRepository extends SettingsSource {
  gateway(account: string, id: string): MaybePromise<Gateway | undefined>;
  get(account: string, id: string): Promise<Gateway | undefined>;
  /** Oldest first. */
  list(account: string, query: GatewayQuery): Promise<Page<Gateway>>;
  /** Rejects with `already_exists` or `unknown_account`. */
  create(gateway: NewGateway): Promise<Gateway>;
  /** Says what the `authentication` of gateways that were created with null is in this process: on, until this is called. */
  setAutomaticAuthentication(isOn: boolean): void;
}

export interface GatewayQuery extends PageRequest {
  /** Only those whose id contains this, upper and lower case alike. */
  readonly search?: string | undefined;
}

/** Gateways over drizzle, remembered in `memory`. */
export function createSettings(db: Drizzle, memory: FreshCache<Gateway>, now: () => number): SettingsRepository {
  let automatic = true;
  const toGateway = (row: Row): Gateway => ({ ...row, authentication: row.authentication ?? automatic });
  const get = async (account: string, id: string): Promise<Gateway | undefined> => {
    const rows = await db.select().from(gateways).where(isGateway(account, id)).limit(1);
    return rows[0] && toGateway(rows[0]);
  };
  return {
    gateway: (account, id) => memory.get(memoryKey(account, id), () => get(account, id)),
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
    setAutomaticAuthentication(isOn) {
      automatic = isOn;
      memory.forgetAll();
    },
  };
}

type Row = typeof gateways.$inferSelect;

async function list(db: Drizzle, account: string, { page, perPage, search }: GatewayQuery): Promise<Page<Row>> {
  const matches = and(
    eq(gateways.account, account),
    search === undefined ? undefined : sql`instr(${gateways.id}, ${search.toLowerCase()}) > 0`,
  );
  const [counted] = await db.select({ total: count() }).from(gateways).where(matches);
  const items = await db
    .select()
    .from(gateways)
    .where(matches)
    .orderBy(asc(gateways.createdAt), asc(gateways.id))
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

function isGateway(account: string, id: string) {
  return and(eq(gateways.account, account), eq(gateways.id, id));
}

/** The length keeps `a` + `b/c` and `a/b` + `c` apart, whatever stands in either. */
function memoryKey(account: string, id: string): string {
  return `${account.length}/${account}/${id}`;
}
