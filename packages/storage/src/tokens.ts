import type { MaybePromise } from '@sluice/core';
import { count, eq } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import type { FreshCache } from './fresh-cache.ts';
import { sha256Hex } from './hash.ts';
import { tokens } from './schema/sqlite.ts';

/** The management tokens. */
export interface TokenRepository {
  /** Makes a token of 256 random bits, or registers the one that is given. Registering it again changes nothing. */
  create(wanted: NewToken): Promise<CreatedToken>;
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
export function createTokens(db: Drizzle, memory: FreshCache<TokenHolder>, now: () => number): TokenRepository {
  return {
    create: (wanted) => create(db, wanted, now()),
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
  if (token.length < SHORTEST || token.length > LONGEST) {
    throw new StorageError('invalid_token', `A token needs ${SHORTEST} to ${LONGEST} characters, not ${token.length}.`);
  }
  await assertAccount(db, account);
  const hash = sha256Hex(token);
  const row = { id: crypto.randomUUID(), account, name, hash, createdAt: time };
  await db.insert(tokens).values(row).onConflictDoNothing();
  const holder = await find(db, hash);
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
