import type { MaybePromise } from '@sluice/core';
import { count, eq } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { sha256Hex } from './hash.ts';
import { tokens } from './schema/sqlite.ts';

/** The management tokens. */
export interface TokenRepository {
  /** Makes a token of 256 random bits, or registers the one that is given. Registering it again changes nothing. */
  create(wanted: NewToken): Promise<CreatedToken>;
  /**
   * Makes a given token the only one of its account and name: an older one stops working, in this process at once.
   * Rejects with `already_exists` when the token is another account's.
   */
  replace(wanted: NewToken & { readonly token: string }): Promise<CreatedToken>;
  /** Whom the token speaks for, or undefined. Mostly from memory. */
  verify(token: string): MaybePromise<TokenHolder | undefined>;
  /** How many tokens there are. */
  count(): Promise<number>;
}

export interface NewToken {
  readonly account: string;
  /** For people: where this token is used. */
  readonly name: string;
  /** A secret chosen elsewhere, of at least 16 characters. */
  readonly token?: string | undefined;
}

export interface CreatedToken extends TokenHolder {
  /** The secret: this is the only time anybody sees it. */
  readonly token: string;
}

export interface TokenHolder {
  readonly id: string;
  readonly account: string;
  readonly name: string;
}

/** Tokens over drizzle, remembered in `memory`. */
export function createTokens(
  database: SqlDatabase,
  db: Drizzle,
  memory: FreshCache<TokenHolder>,
  now: () => number,
): TokenRepository {
  return {
    create: (wanted) => create(db, wanted, now()),
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
      return memory.get(hash, () => find(db, hash));
    },
    async count() {
      const [counted] = await db.select({ total: count() }).from(tokens);
      return counted?.total ?? 0;
    },
  };
}

const SHORTEST = 16;
const LONGEST = 512;

async function create(db: Drizzle, wanted: NewToken, time: number): Promise<CreatedToken> {
  const { account, name, token = randomToken() } = wanted;
  assertLength(token);
  await assertAccount(db, account);
  const hash = sha256Hex(token);
  const row = { id: crypto.randomUUID(), account, name, kind: 'management' as const, hash, createdAt: time };
  await db.insert(tokens).values(row).onConflictDoNothing();
  return created(token, account, await find(db, hash));
}

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
    { sql: DELETE_OLDER, rows: [[account, name, hash]] },
  ]);
  return created(token, account, await find(db, hash));
}

/** A token that is there under another name takes the new one, so that the next replacement finds it. */
const INSERT_OR_RENAME =
  "INSERT INTO tokens (id, account, name, kind, hash, created_at) VALUES (?, ?, ?, 'management', ?, ?) " +
  'ON CONFLICT (hash) DO UPDATE SET name = excluded.name WHERE account = excluded.account';

/** Only when the new one is the account's: who is refused keeps what he had. */
const DELETE_OLDER =
  'DELETE FROM tokens WHERE account = ?1 AND name = ?2 AND hash <> ?3 ' +
  'AND EXISTS (SELECT 1 FROM tokens WHERE hash = ?3 AND account = ?1)';

function assertLength({ length }: string): void {
  if (length >= SHORTEST && length <= LONGEST) return;
  throw new StorageError('invalid_token', `A token needs ${SHORTEST} to ${LONGEST} characters, not ${length}.`);
}

function created(token: string, account: string, holder: TokenHolder | undefined): CreatedToken {
  if (holder?.account === account) return { ...holder, token };
  throw new StorageError('already_exists', `This token belongs to another account. Choose another for "${account}".`);
}

/**
 * Looks the hash up and compares no secret: what the time of the search could tell is about a SHA-256 that nobody can
 * steer, not about the token.
 */
async function find(db: Drizzle, hash: string): Promise<TokenHolder | undefined> {
  const holder = { id: tokens.id, account: tokens.account, name: tokens.name };
  const rows = await db.select(holder).from(tokens).where(eq(tokens.hash, hash)).limit(1);
  return rows[0];
}

function randomToken(): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...random));
  return `sluice_${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}
