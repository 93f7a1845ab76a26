import type { MaybePromise } from '@sluice/core';
import { asc, count, eq } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { sha256Hex } from './hash.ts';
import type { Page, PageRequest } from './page.ts';
import { randomSecret } from './random-secret.ts';
import { tokens } from './schema/sqlite.ts';
import {
  type Changed,
  findToken,
  HOLDER,
  noRole,
  RECORD,
  revokeToken,
  rotateToken,
  updateToken,
} from './token-changes.ts';
import type { CallRead } from './unavailable.ts';

/** The tokens of people and programs. Only their hashes are stored. */
export interface TokenRepository {
  /**
   * Makes a token of 256 random bits, or registers the one that is given. Registering it again changes nothing. Rejects
   * with `already_exists` when the given one is another account's or of another kind or scope.
   */
  create(wanted: NewToken): Promise<CreatedToken>;
  /**
   * Makes a given token the only management token of its account and name, an owner: an older one stops working, in this process
   * at once. Rejects with `already_exists` when the token is another account's.
   */
  replace(wanted: Pick<NewToken, 'account' | 'name'> & { readonly token: string }): Promise<CreatedToken>;
  /** Whom the token speaks for, or undefined. Mostly from memory. */
  verify(token: string): MaybePromise<TokenHolder | undefined>;
  /** Oldest first. */
  list(account: string, request: PageRequest): Promise<Page<TokenRecord>>;
  get(account: string, id: string): Promise<TokenRecord | undefined>;
  /**
   * Gives a token another name or role: it counts in this process at once, in others within two seconds. Rejects with
   * `last_owner` when nobody else in the account is one, and with `invalid_token` for a role of a gateway token.
   */
  update(account: string, id: string, change: TokenChange): Promise<TokenRecord | undefined>;
  /** Gives a token another secret. The old one stops as if it were revoked, and so do the sessions it signed in. */
  rotate(account: string, id: string): Promise<CreatedToken | undefined>;
  /**
   * Ends a token and tells whose it was: in this process at once, in others within two seconds. Rejects with
   * `last_owner` when nobody else in the account is one.
   */
  revoke(account: string, id: string): Promise<TokenRecord | undefined>;
  /** How many management tokens there are. */
  count(): Promise<number>;
}

export interface NewToken {
  readonly account: string;
  /** For people: where this token is used. */
  readonly name: string;
  /** A secret chosen elsewhere, of at least 16 characters. */
  readonly token?: string | undefined;
  /** `management` unless set. */
  readonly kind?: TokenKind;
  /** What a management token may do: everything, unless set. */
  readonly role?: Role | undefined;
  /** The only gateway that a gateway token is for; null and absent mean every one of the account. */
  readonly gateway?: string | null;
}

export interface TokenChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
}

/** A management token manages its account as far as its role goes; a gateway token may only make calls. */
export type TokenKind = 'management' | 'gateway';

/** Who may do what in an account: an owner everything, an editor all but tokens and people, a viewer may read. */
export type Role = 'owner' | 'editor' | 'viewer';

export interface TokenHolder {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly kind: TokenKind;
  /** Null for gateway tokens. */
  readonly role: Role | null;
  /** The only gateway it is for; null for every one of the account. */
  readonly gateway: string | null;
}

export interface TokenRecord extends TokenHolder {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface CreatedToken extends TokenRecord {
  /** The secret: this is the only time anybody sees it. */
  readonly token: string;
}

/** What a repository of tokens is made of. */
export interface TokenParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly memory: FreshCache<TokenHolder>;
  readonly read: CallRead;
  now(): number;
}

/** Tokens over drizzle, remembered in `memory`. */
export function createTokens({ database, db, memory, read, now }: TokenParts): TokenRepository {
  const forgotten = <T>(changed: Changed<T> | undefined): T | undefined => {
    if (changed !== undefined) memory.forget(changed.hash);
    return changed?.record;
  };
  return {
    async create(wanted) {
      const { hash, created } = await create(database, db, wanted, now());
      memory.forget(hash);
      return created;
    },
    async replace(wanted) {
      try {
        return await replace(database, db, wanted, now());
      } finally {
        memory.forgetAll();
      }
    },
    verify(token) {
      if (token.length < SHORTEST || token.length > LONGEST) return undefined;
      // Clients' vendor keys are tried as tokens too, so no secret may lie in this process as a key of its memory.
      const hash = sha256Hex(token);
      return memory.get(hash, () => read('a token', () => findHolder(db, hash)));
    },
    list: (account, request) => list(db, account, request),
    get: async (account, id) => (await findToken(db, { account, id }))?.record,
    async update(account, id, change) {
      return forgotten(await updateToken(database, db, { ...change, account, id }));
    },
    async rotate(account, id) {
      return forgotten(await rotateToken(database, db, { account, id, token: randomToken() }));
    },
    async revoke(account, id) {
      return forgotten(await revokeToken(database, db, { account, id }));
    },
    async count() {
      const [counted] = await db.select({ total: count() }).from(tokens).where(eq(tokens.kind, 'management'));
      return counted?.total ?? 0;
    },
  };
}

const SHORTEST = 16;
const LONGEST = 512;

async function create(database: SqlDatabase, db: Drizzle, wanted: NewToken, time: number) {
  const { account, name, token = randomToken(), kind = 'management', gateway = null } = wanted;
  const role = kind === 'management' ? (wanted.role ?? 'owner') : null;
  assertLength(token);
  if (kind === 'gateway' && wanted.role !== undefined) throw noRole();
  if (gateway !== null && kind !== 'gateway') {
    throw new StorageError('invalid_token', 'Only a token of kind "gateway" can be for one gateway.');
  }
  await assertAccount(db, account);
  const hash = sha256Hex(token);
  const row = [crypto.randomUUID(), account, name, kind, role, gateway, hash, time];
  if (gateway === null) await database.write([{ sql: INSERT, rows: [row] }]);
  else await database.write([{ sql: INSERT_SCOPED, rows: [[...row, account, gateway]] }]);
  const record = await findRecord(db, hash);
  if (record === undefined && gateway !== null) {
    throw new StorageError('unknown_gateway', `Account "${account}" has no gateway "${gateway}".`);
  }
  const made = created(token, account, record);
  if (made.kind === kind && made.role === role && made.gateway === gateway) return { hash, created: made };
  throw new StorageError(
    'already_exists',
    'This token is of another kind or role or for another gateway. Choose another one.',
  );
}

const COLUMNS = 'INSERT INTO tokens (id, account, name, kind, role, gateway, hash, created_at)';
const INSERT = `${COLUMNS} VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

/** Asked in the same statement: a gateway that is removed meanwhile must leave no token behind. */
const INSERT_SCOPED =
  `${COLUMNS} SELECT ?, ?, ?, ?, ?, ?, ?, ? ` +
  'WHERE EXISTS (SELECT 1 FROM gateways WHERE account = ? AND id = ?) ON CONFLICT DO NOTHING';

async function replace(
  database: SqlDatabase,
  db: Drizzle,
  { account, name, token }: NewToken & { readonly token: string },
  time: number,
): Promise<CreatedToken> {
  assertLength(token);
  await assertAccount(db, account);
  const hash = sha256Hex(token);
  await database.write([
    { sql: INSERT_OR_RENAME, rows: [[crypto.randomUUID(), account, name, hash, time]] },
    { sql: DELETE_OLDER, rows: [[account, name, hash, hash, account]] },
  ]);
  return created(token, account, await findRecord(db, hash));
}

/** A token that is there under another name, or for calls alone, takes the new place, so that the next replacement finds it. */
const INSERT_OR_RENAME =
  "INSERT INTO tokens (id, account, name, kind, role, hash, created_at) VALUES (?, ?, ?, 'management', 'owner', ?, ?) " +
  "ON CONFLICT (hash) DO UPDATE SET name = excluded.name, kind = 'management', role = 'owner', gateway = NULL " +
  'WHERE tokens.account = excluded.account';

/** Only when the new one is the account's: who is refused keeps what he had. */
const DELETE_OLDER =
  "DELETE FROM tokens WHERE account = ? AND name = ? AND kind = 'management' AND hash <> ? " +
  'AND EXISTS (SELECT 1 FROM tokens AS made WHERE made.hash = ? AND made.account = ?)';

function assertLength({ length }: string): void {
  if (length >= SHORTEST && length <= LONGEST) return;
  throw new StorageError('invalid_token', `A token needs ${SHORTEST} to ${LONGEST} characters, not ${length}.`);
}

function created(token: string, account: string, record: TokenRecord | undefined): CreatedToken {
  if (record?.account === account) return { ...record, token };
  throw new StorageError('already_exists', `This token belongs to another account. Choose another for "${account}".`);
}

/**
 * Looks the hash up and compares no secret: what the time of the search could tell is about a SHA-256 that nobody can
 * steer, not about the token.
 */
async function findHolder(db: Drizzle, hash: string): Promise<TokenHolder | undefined> {
  const [holder] = await db.select(HOLDER).from(tokens).where(eq(tokens.hash, hash)).limit(1);
  return holder;
}

async function findRecord(db: Drizzle, hash: string): Promise<TokenRecord | undefined> {
  const [record] = await db.select(RECORD).from(tokens).where(eq(tokens.hash, hash)).limit(1);
  return record;
}

async function list(db: Drizzle, account: string, { page, perPage }: PageRequest): Promise<Page<TokenRecord>> {
  const isMeant = eq(tokens.account, account);
  const [counted] = await db.select({ total: count() }).from(tokens).where(isMeant);
  const items = await db
    .select(RECORD)
    .from(tokens)
    .where(isMeant)
    .orderBy(asc(tokens.createdAt), asc(tokens.id))
    .limit(perPage)
    .offset((page - 1) * perPage);
  return { items, total: counted?.total ?? 0 };
}

const randomToken = (): string => `sluice_${randomSecret()}`;
