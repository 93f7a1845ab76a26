import type { CredentialSource, MaybePromise, StoredCredential } from '@sluice/core';
import { and, asc, count, eq } from 'drizzle-orm';
import type { SqlDatabase, SqlWrite } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { memoryKey } from './memory-key.ts';
import type { Page, PageRequest } from './page.ts';
import { previewOf } from './preview.ts';
import { credentials } from './schema/sqlite.ts';
import type { CallRead } from './unavailable.ts';
import type { Vault } from './vault.ts';

/**
 * Providers' credentials, sealed under the master key. `credentials` is for the path of calls: it answers from memory,
 * with the secrets. Nothing else ever gives one away.
 */
export interface CredentialRepository extends CredentialSource {
  credentials(account: string, gateway: string, provider: string): MaybePromise<readonly StoredCredential[]>;
  /** Rejects with `unknown_gateway`, or with `no_master_key` when this process has none. */
  create(wanted: NewCredential): Promise<CredentialRecord>;
  /** Oldest first. */
  list(account: string, gateway: string, request: PageRequest): Promise<Page<CredentialRecord>>;
  get(account: string, gateway: string, id: string): Promise<CredentialRecord | undefined>;
  /** Replaces all but the provider; without a secret the stored one stays. Undefined when there is no such credential. */
  update(change: CredentialChange): Promise<CredentialRecord | undefined>;
  /** Takes it away and gives it back. */
  remove(account: string, gateway: string, id: string): Promise<CredentialRecord | undefined>;
}

/** A stored credential as people may see it. */
export interface CredentialRecord extends Omit<StoredCredential, 'secret'> {
  readonly account: string;
  readonly gateway: string;
  /** Enough of the secret to tell it from others. */
  readonly preview: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface NewCredential {
  readonly account: string;
  readonly gateway: string;
  /** The provider's slug. */
  readonly provider: string;
  /** Several may share one: calls are spread over them. */
  readonly alias: string;
  readonly secret: string;
  /** True takes it from the other aliases of the provider; false unless set. */
  readonly isDefault?: boolean;
  /** At most so many calls in one period; null for no limit. */
  readonly rateLimit?: number | null;
  /** Seconds. */
  readonly rateLimitPeriod?: number | null;
}

export interface CredentialChange extends Omit<NewCredential, 'provider' | 'secret'> {
  readonly id: string;
  readonly secret?: string | undefined;
}

/** What a repository of credentials is made of. */
export interface CredentialParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly memory: FreshCache<readonly StoredCredential[]>;
  readonly read: CallRead;
  /** Without one nothing can be stored, and there is nothing for calls. */
  readonly vault: Vault | undefined;
  now(): number;
}

/** Credentials over drizzle, remembered in `memory`. */
export function createCredentials({ database, db, memory, read, vault, now }: CredentialParts): CredentialRepository {
  const get = async (account: string, gateway: string, id: string): Promise<CredentialRecord | undefined> => {
    const [record] = await db
      .select(RECORD)
      .from(credentials)
      .where(isCredential(account, gateway, id))
      .limit(1);
    return record;
  };
  const forget = ({ account, gateway, provider }: CredentialRecord): void =>
    memory.forget(memoryKey(account, gateway, provider));
  return {
    credentials(account, gateway, provider) {
      if (vault === undefined) return NONE;
      const load = () => openAll(db, vault, { account, gateway, provider });
      const key = memoryKey(account, gateway, provider);
      const known = memory.get(key, () => read(`the credentials of "${provider}"`, load));
      return known instanceof Promise ? known.then((loaded) => loaded ?? NONE) : (known ?? NONE);
    },
    async create(wanted) {
      const place = { ...wanted, id: crypto.randomUUID() };
      const sealed = await seal(vault, wanted.secret, place);
      await database.write([insertion(place, sealed, now()), ...exclusiveDefault(place)]);
      const record = await get(place.account, place.gateway, place.id);
      if (record === undefined) {
        const message = `Account "${place.account}" has no gateway "${place.gateway}".`;
        throw new StorageError('unknown_gateway', message);
      }
      forget(record);
      return record;
    },
    list: (account, gateway, request) => list(db, account, gateway, request),
    get,
    async update(change) {
      const known = await get(change.account, change.gateway, change.id);
      if (known === undefined) return undefined;
      const place = { ...change, provider: known.provider };
      const sealed = change.secret === undefined ? undefined : await seal(vault, change.secret, place);
      await database.write([replacement(change, sealed, now()), ...exclusiveDefault(place)]);
      forget(known);
      return get(change.account, change.gateway, change.id);
    },
    async remove(account, gateway, id) {
      const [removed] = await db
        .delete(credentials)
        .where(isCredential(account, gateway, id))
        .returning(RECORD);
      if (removed !== undefined) forget(removed);
      return removed;
    },
  };
}

const NONE: readonly StoredCredential[] = [];

const RECORD = {
  id: credentials.id,
  account: credentials.account,
  gateway: credentials.gateway,
  provider: credentials.provider,
  alias: credentials.alias,
  isDefault: credentials.isDefault,
  preview: credentials.preview,
  rateLimit: credentials.rateLimit,
  rateLimitPeriod: credentials.rateLimitPeriod,
  createdAt: credentials.createdAt,
  modifiedAt: credentials.modifiedAt,
};

/** All credentials of an account, oldest first. */
export function allCredentials(db: Drizzle, account: string): Promise<CredentialRecord[]> {
  const order = [asc(credentials.createdAt), asc(credentials.id)];
  return db
    .select(RECORD)
    .from(credentials)
    .where(eq(credentials.account, account))
    .orderBy(...order);
}

/** Whether this very secret is stored there. One that can't be opened is another one. */
export async function holdsSecret(
  db: Drizzle,
  vault: Vault | undefined,
  place: Place,
  secret: string,
): Promise<boolean> {
  const [row] = await db
    .select({ sealed: credentials.sealed })
    .from(credentials)
    .where(isCredential(place.account, place.gateway, place.id));
  if (row === undefined || vault === undefined) return false;
  return vault.open(row.sealed, contextOf(place)).then(
    (opened) => opened === secret,
    () => false,
  );
}

type Provider = Pick<CredentialRecord, 'account' | 'gateway' | 'provider'>;
/** The row of a secret. */
export type Place = Provider & Pick<CredentialRecord, 'id'>;
/** A secret as it is stored. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly preview: string;
}

/** The row a secret belongs to: moved to another one it does not open. */
function contextOf({ account, gateway, provider, id }: Place): string {
  return JSON.stringify([account, gateway, provider, id]);
}

/** Seals a secret for its row. Rejects with `no_master_key` without a vault. */
export async function seal(vault: Vault | undefined, secret: string, place: Place): Promise<Sealed> {
  if (vault === undefined) {
    const message =
      'Set SLUICE_MASTER_KEY to store credentials: they are encrypted with it. Make one with: openssl rand -base64 32';
    throw new StorageError('no_master_key', message);
  }
  return { bytes: await vault.seal(secret, contextOf(place)), preview: previewOf(secret) };
}

async function openAll(db: Drizzle, vault: Vault, wanted: Provider): Promise<readonly StoredCredential[]> {
  const rows = await db
    .select()
    .from(credentials)
    .where(
      and(
        eq(credentials.account, wanted.account),
        eq(credentials.gateway, wanted.gateway),
        eq(credentials.provider, wanted.provider),
      ),
    )
    .orderBy(asc(credentials.createdAt), asc(credentials.id));
  const opened = await Promise.allSettled(
    rows.map(async ({ id, provider, alias, isDefault, rateLimit, rateLimitPeriod, sealed }) => {
      const secret = await vault.open(sealed, contextOf({ ...wanted, id }));
      return { id, provider, alias, isDefault, secret, rateLimit, rateLimitPeriod };
    }),
  );
  const usable = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  // After a change of the master key each credential that is stored anew counts, whatever the others are.
  const failure = opened.find((each) => each.status === 'rejected');
  if (usable.length === 0 && failure !== undefined) throw failure.reason;
  return usable;
}

async function list(
  db: Drizzle,
  account: string,
  gateway: string,
  { page, perPage }: PageRequest,
): Promise<Page<CredentialRecord>> {
  const isMeant = and(eq(credentials.account, account), eq(credentials.gateway, gateway));
  const [counted] = await db.select({ total: count() }).from(credentials).where(isMeant);
  const items = await db
    .select(RECORD)
    .from(credentials)
    .where(isMeant)
    .orderBy(asc(credentials.createdAt), asc(credentials.id))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items, total: counted?.total ?? 0 };
}

/** Asked in the same statement: a gateway that is removed meanwhile must leave no credential behind. */
export function insertion(wanted: NewCredential & Place, { bytes, preview }: Sealed, time: number): SqlWrite {
  const { id, account, gateway, provider, alias, isDefault = false, rateLimit = null, rateLimitPeriod = null } = wanted;
  const values = [id, account, gateway, provider, alias, isDefault ? 1 : 0, bytes, preview, rateLimit, rateLimitPeriod];
  return { sql: INSERT, rows: [[...values, time, time, account, gateway]] };
}

const INSERT =
  'INSERT INTO credentials (id, account, gateway, provider, alias, is_default, sealed, preview, rate_limit, ' +
  'rate_limit_period, created_at, modified_at) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? ' +
  'WHERE EXISTS (SELECT 1 FROM gateways WHERE account = ? AND id = ?)';

/** Replaces the settings of a credential, and its secret if there is one. */
export function replacement(change: CredentialChange, sealed: Sealed | undefined, time: number): SqlWrite {
  const { account, gateway, id, alias, isDefault = false, rateLimit = null, rateLimitPeriod = null } = change;
  const values = [alias, isDefault ? 1 : 0, rateLimit, rateLimitPeriod, time];
  const secret = sealed === undefined ? [] : [sealed.bytes, sealed.preview];
  return { sql: sealed === undefined ? UPDATE : UPDATE_SECRET, rows: [[...values, ...secret, account, gateway, id]] };
}

const SET = 'UPDATE credentials SET alias = ?, is_default = ?, rate_limit = ?, rate_limit_period = ?, modified_at = ?';
const WHERE = 'WHERE account = ? AND gateway = ? AND id = ?';
const UPDATE = `${SET} ${WHERE}`;
const UPDATE_SECRET = `${SET}, sealed = ?, preview = ? ${WHERE}`;

/** One alias of a provider at most is the default: the one that was made so last. */
function exclusiveDefault({ id, account, gateway, provider, alias, isDefault }: NewDefault): SqlWrite[] {
  if (isDefault !== true) return [];
  return [{ sql: CLEAR_OTHERS, rows: [[account, gateway, provider, alias, id]] }];
}

type NewDefault = Place & Pick<NewCredential, 'alias' | 'isDefault'>;

const CLEAR_OTHERS =
  'UPDATE credentials SET is_default = 0 WHERE account = ? AND gateway = ? AND provider = ? AND alias <> ? ' +
  'AND EXISTS (SELECT 1 FROM credentials AS made WHERE made.id = ?)';

function isCredential(account: string, gateway: string, id: string) {
  return and(eq(credentials.account, account), eq(credentials.gateway, gateway), eq(credentials.id, id));
}
