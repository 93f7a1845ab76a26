import type { MaybePromise } from '@sluice/core';
import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import { contains } from './contains.ts';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { createHeaderVault, type Headers } from './header-vault.ts';
import { memoryKey } from './memory-key.ts';
import type { Page, PageRequest } from './page.ts';
import { credentials, customProviders } from './schema/sqlite.ts';
import type { CallRead } from './unavailable.ts';
import type { Vault } from './vault.ts';

/** Providers of an account's own. `forCalls` answers from memory, with the headers; nothing else gives their secrets away. */
export interface CustomProviderRepository {
  /** For the path of calls; also one that is switched off. */
  forCalls(account: string, slug: string): MaybePromise<CustomProvider | undefined>;
  /** Rejects with `already_exists`, `unknown_account`, or for headers with `no_master_key` when this process has none. */
  create(wanted: NewCustomProvider): Promise<CustomProvider>;
  /** By their position and then their name, unless told otherwise. */
  list(account: string, query: CustomProviderQuery): Promise<Page<CustomProvider>>;
  get(account: string, id: string): Promise<CustomProvider | undefined>;
  find(account: string, slug: string): Promise<CustomProvider | undefined>;
  /** Changes what is said and leaves the rest. Rejects with `no_master_key` as `create` does. Undefined when there is no such provider. */
  update(change: CustomProviderChange): Promise<CustomProvider | undefined>;
  /** Takes it away, with the credentials stored for it unless told to leave them, and gives it back. */
  remove(
    account: string,
    id: string,
    options?: { readonly keepCredentials?: boolean },
  ): Promise<CustomProvider | undefined>;
  /** The gateways that have credentials for it. */
  gatewaysWithCredentials(account: string, slug: string): Promise<readonly string[]>;
}

export interface CustomProvider {
  readonly id: string;
  readonly account: string;
  /** Clients write `custom-{slug}`. */
  readonly slug: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly enable: boolean;
  readonly beta: boolean;
  readonly description: string | null;
  readonly link: string | null;
  readonly curlExample: string | null;
  readonly jsExample: string | null;
  readonly position: number | null;
  /** A picture, which only the hosted service has. */
  readonly logo: string | null;
  /** Sent where the client did not say. Outside of `forCalls` what looks like a secret is only hinted at. */
  readonly headers: Headers | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** One to be; off unless it says otherwise. */
export type NewCustomProvider = Pick<CustomProvider, 'account' | 'slug' | 'name' | 'baseUrl'> &
  Partial<Omit<CustomProvider, 'id' | 'createdAt' | 'modifiedAt'>>;

/** What is undefined stays. A hint that comes back in the headers, as it was shown, keeps the secret behind it. */
export type CustomProviderChange = Pick<CustomProvider, 'account' | 'id'> &
  Partial<Omit<CustomProvider, 'account' | 'id' | 'slug' | 'createdAt' | 'modifiedAt'>>;

export interface CustomProviderQuery extends PageRequest {
  readonly enable?: boolean | undefined;
  readonly beta?: boolean | undefined;
  /** Only those whose id, name or slug contains this, upper and lower case alike. */
  readonly search?: string | undefined;
  readonly orderBy?: 'name' | 'slug' | 'position' | 'createdAt' | 'modifiedAt' | undefined;
  readonly direction?: 'asc' | 'desc' | undefined;
}

export interface CustomProviderParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly memory: FreshCache<CustomProvider>;
  readonly read: CallRead;
  /** Without one no headers can be stored. */
  readonly vault: Vault | undefined;
  now(): number;
  /** Credentials went with a provider: whoever remembers them should forget. */
  onRemove(): void;
}

/** Custom providers over drizzle, remembered in `memory`. */
export function createCustomProviders(parts: CustomProviderParts): CustomProviderRepository {
  const { database, db, memory, read, now, onRemove } = parts;
  const headers = createHeaderVault(parts.vault);
  const rowOf = async (condition: SQL | undefined): Promise<Row | undefined> =>
    (await db.select().from(customProviders).where(condition).limit(1))[0];
  const show = (row: Row): CustomProvider => ({ ...row, headers: headers.show(row.headers) });
  const load = async (account: string, slug: string): Promise<CustomProvider | undefined> => {
    const row = await rowOf(hasSlug(account, slug));
    return row && { ...row, headers: await headers.open(row.headers, row.id) };
  };
  const forget = ({ account, slug }: Pick<Row, 'account' | 'slug'>): void => memory.forget(memoryKey(account, slug));
  return {
    forCalls: (account, slug) =>
      memory.get(memoryKey(account, slug), () => read(`the provider "custom-${slug}"`, () => load(account, slug))),
    async create(wanted) {
      await assertAccount(db, wanted.account);
      const id = crypto.randomUUID();
      const time = now();
      const sealed = await headers.seal(wanted.headers ?? null, id);
      const values = { ...DEFAULTS, ...wanted, id, headers: sealed, createdAt: time, modifiedAt: time };
      const [created] = await db.insert(customProviders).values(values).onConflictDoNothing().returning();
      if (created === undefined) throw taken(wanted);
      forget(created);
      return show(created);
    },
    async list(account, query) {
      const { items, total } = await list(db, account, query);
      return { items: items.map(show), total };
    },
    async get(account, id) {
      const row = await rowOf(hasId(account, id));
      return row && show(row);
    },
    async find(account, slug) {
      const row = await rowOf(hasSlug(account, slug));
      return row && show(row);
    },
    async update({ account, id, headers: wanted, ...change }) {
      const known = await rowOf(hasId(account, id));
      if (known === undefined) return undefined;
      const sealed = wanted === undefined ? undefined : await headers.reseal(wanted, known.headers, id);
      const [updated] = await db
        .update(customProviders)
        .set({ ...change, headers: sealed, createdAt: undefined, modifiedAt: now() })
        .where(hasId(account, id))
        .returning();
      forget(known);
      return updated && show(updated);
    },
    async remove(account, id, { keepCredentials = false } = {}) {
      const known = await rowOf(hasId(account, id));
      if (known === undefined) return undefined;
      const provider = { sql: DELETE, rows: [[account, id]] };
      const keys = { sql: DELETE_CREDENTIALS, rows: [[account, `custom-${known.slug}`]] };
      await database.write(keepCredentials ? [provider] : [keys, provider]);
      forget(known);
      onRemove();
      return show(known);
    },
    async gatewaysWithCredentials(account, slug) {
      const rows = await db
        .selectDistinct({ gateway: credentials.gateway })
        .from(credentials)
        .where(and(eq(credentials.account, account), eq(credentials.provider, `custom-${slug}`)))
        .orderBy(asc(credentials.gateway));
      return rows.map(({ gateway }) => gateway);
    },
  };
}

type Row = typeof customProviders.$inferSelect;

const DEFAULTS = { enable: false, beta: false };

const DELETE = 'DELETE FROM custom_providers WHERE account = ? AND id = ?';
const DELETE_CREDENTIALS = 'DELETE FROM credentials WHERE account = ? AND provider = ?';

function taken({ account, slug }: Pick<CustomProvider, 'account' | 'slug'>): StorageError {
  return new StorageError('already_exists', `Account "${account}" already has a custom provider "${slug}".`);
}

async function list(db: Drizzle, account: string, query: CustomProviderQuery): Promise<Page<Row>> {
  const { page, perPage, enable, beta, search } = query;
  const matches = and(
    eq(customProviders.account, account),
    enable === undefined ? undefined : eq(customProviders.enable, enable),
    beta === undefined ? undefined : eq(customProviders.beta, beta),
    contains([customProviders.id, customProviders.name, customProviders.slug], search),
  );
  const [counted] = await db.select({ total: count() }).from(customProviders).where(matches);
  const items = await db
    .select()
    .from(customProviders)
    .where(matches)
    .orderBy(...orderOf(query))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items, total: counted?.total ?? 0 };
}

/** Those without a position come last: where, the databases would not agree on. */
function orderOf({ orderBy = 'position', direction }: CustomProviderQuery): SQL[] {
  const order = direction === 'desc' ? desc : asc;
  const unplaced = sql`case when ${customProviders.position} is null then 1 else 0 end`;
  const first = orderBy === 'position' ? [asc(unplaced)] : [];
  return [...first, order(customProviders[orderBy]), asc(customProviders.name), asc(customProviders.id)];
}

function hasId(account: string, id: string): SQL | undefined {
  return and(eq(customProviders.account, account), eq(customProviders.id, id));
}

function hasSlug(account: string, slug: string): SQL | undefined {
  return and(eq(customProviders.account, account), eq(customProviders.slug, slug));
}
