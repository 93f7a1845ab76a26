import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { assertAccount } from './accounts.ts';
import type { Drizzle } from './drizzle.ts';
import { sha256Hex } from './hash.ts';
import { randomSecret } from './random-secret.ts';
import { sessions, tokens } from './schema/sqlite.ts';
import type { Role } from './tokens.ts';

/** Whoever signed in with a browser. Nothing is remembered in memory, so an end counts everywhere at once. */
export interface SessionRepository {
  /** Signs somebody in. Sessions that are over are cleared away with it. Rejects with `unknown_account`. */
  create(wanted: NewSession): Promise<CreatedSession>;
  /** Who this is, or undefined once the time is up, the session was ended, or its token is gone or has another role. */
  verify(secret: string): Promise<Session | undefined>;
  /** Ends a session; false when there is none. */
  end(secret: string): Promise<boolean>;
  /** Gives the sessions of a person another role, or with null ends them. Those that a token signed in stay as they are. */
  setRole(account: string, subject: string, role: Role | null): Promise<void>;
}

export interface NewSession {
  readonly account: string;
  readonly role: Role;
  /** Who it is: a token's id, or what an identity provider calls the person. */
  readonly subject: string;
  /** For people. */
  readonly name: string;
  /** The stored token that signed in: the session ends with it. */
  readonly tokenId: string | null;
  /** How long it lasts. */
  readonly lifetimeMs: number;
}

export interface Session extends Omit<NewSession, 'lifetimeMs'> {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface CreatedSession extends Session {
  /** For the cookie: this is the only time anybody sees it. */
  readonly secret: string;
}

/** Sessions over drizzle. */
export function createSessions(db: Drizzle, now: () => number): SessionRepository {
  return {
    async create({ lifetimeMs, ...wanted }) {
      await assertAccount(db, wanted.account);
      const time = now();
      await db.delete(sessions).where(lte(sessions.expiresAt, time));
      const session = { ...wanted, createdAt: time, expiresAt: time + lifetimeMs };
      const secret = randomSecret();
      await db.insert(sessions).values({ ...session, hash: sha256Hex(secret) });
      return { ...session, secret };
    },
    async verify(secret) {
      if (secret.length > LONGEST) return undefined;
      const [session] = await db
        .select(SESSION)
        .from(sessions)
        .leftJoin(tokens, eq(tokens.id, sessions.tokenId))
        .where(and(eq(sessions.hash, sha256Hex(secret)), gt(sessions.expiresAt, now()), isBacked))
        .limit(1);
      return session;
    },
    async end(secret) {
      const ended = await db
        .delete(sessions)
        .where(eq(sessions.hash, sha256Hex(secret)))
        .returning({ hash: sessions.hash });
      return ended.length > 0;
    },
    async setRole(account, subject, role) {
      const isMeant = and(eq(sessions.account, account), eq(sessions.subject, subject), isNull(sessions.tokenId));
      if (role === null) await db.delete(sessions).where(isMeant);
      else await db.update(sessions).set({ role }).where(isMeant);
    },
  };
}

/** The token that signed in is still there and is still what it was. */
const isBacked = or(isNull(sessions.tokenId), eq(tokens.role, sessions.role));

const LONGEST = 512;

const SESSION = {
  account: sessions.account,
  role: sessions.role,
  subject: sessions.subject,
  name: sessions.name,
  tokenId: sessions.tokenId,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
};
