import { and, eq } from 'drizzle-orm';
import type { SqlDatabase, SqlWrite } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import { sha256Hex } from './hash.ts';
import { tokens } from './schema/sqlite.ts';
import type { CreatedToken, TokenChange, TokenRecord } from './tokens.ts';

/** Which token is meant. */
export interface TokenPlace {
  readonly account: string;
  readonly id: string;
}

/** A change that happened, and the hash under which the token was known until then. */
export interface Changed<T> {
  readonly hash: string;
  readonly record: T;
}

/** Takes a token away. Rejects with `last_owner`. */
export async function revokeToken(database: SqlDatabase, db: Drizzle, place: TokenPlace): Promise<Found> {
  const known = await findToken(db, place);
  if (known === undefined) return undefined;
  await database.write([lock(place), { sql: DELETE, rows: [[...placed(place), ...placed(place)]] }]);
  if ((await findToken(db, place)) !== undefined) throw lastOwner(place, 'revoked');
  return known;
}

/** Gives a token another name or role. Rejects with `last_owner`, and with `invalid_token` for a role it can't have. */
export async function updateToken(
  database: SqlDatabase,
  db: Drizzle,
  { name, role, ...place }: TokenPlace & TokenChange,
): Promise<Found> {
  const known = await findToken(db, place);
  if (known === undefined) return undefined;
  if (role !== undefined && known.record.kind !== 'management') throw noRole();
  const wanted = { name: name ?? known.record.name, role: role ?? known.record.role };
  const values = [wanted.name, wanted.role, ...placed(place), wanted.role, ...placed(place)];
  await database.write([lock(place), { sql: UPDATE, rows: [values] }]);
  const changed = await findToken(db, place);
  if (changed !== undefined && changed.record.role !== wanted.role) throw lastOwner(place, `made ${wanted.role ?? ''}`);
  return changed;
}

/** Gives a token another secret, and ends what the old one signed in. */
export async function rotateToken(
  database: SqlDatabase,
  db: Drizzle,
  { token, ...place }: TokenPlace & { readonly token: string },
): Promise<Changed<CreatedToken> | undefined> {
  const known = await findToken(db, place);
  if (known === undefined) return undefined;
  await database.write([
    { sql: 'UPDATE tokens SET hash = ? WHERE account = ? AND id = ?', rows: [[sha256Hex(token), ...placed(place)]] },
    { sql: 'DELETE FROM sessions WHERE token_id = ?', rows: [[place.id]] },
  ]);
  return { hash: known.hash, record: { ...known.record, token } };
}

/** Only tokens of people and programs that manage have one. */
export function noRole(): StorageError {
  return new StorageError('invalid_token', 'Only a token of kind "management" can have a role.');
}

/** The token of an account, and its hash. */
export async function findToken(db: Drizzle, { account, id }: TokenPlace): Promise<Found> {
  const isMeant = and(eq(tokens.account, account), eq(tokens.id, id));
  const [found] = await db
    .select({ ...RECORD, hash: tokens.hash })
    .from(tokens)
    .where(isMeant)
    .limit(1);
  if (found === undefined) return undefined;
  const { hash, ...record } = found;
  return { hash, record };
}

/** What whoever holds a token may know of it. */
export const HOLDER = {
  id: tokens.id,
  account: tokens.account,
  name: tokens.name,
  kind: tokens.kind,
  role: tokens.role,
  gateway: tokens.gateway,
};

/** What lists show. */
export const RECORD = { ...HOLDER, createdAt: tokens.createdAt };

type Found = Changed<TokenRecord> | undefined;

/** Somebody has to be left who may hand out tokens. */
const HAS_OTHER_OWNER =
  "EXISTS (SELECT 1 FROM tokens AS other WHERE other.account = ? AND other.role = 'owner' AND other.id <> ?)";

const DELETE = `DELETE FROM tokens WHERE account = ? AND id = ? AND (role IS NULL OR role <> 'owner' OR ${HAS_OTHER_OWNER})`;

const UPDATE =
  'UPDATE tokens SET name = ?, role = ? WHERE account = ? AND id = ? ' +
  `AND (role IS NULL OR role <> 'owner' OR CAST(? AS text) = 'owner' OR ${HAS_OTHER_OWNER})`;

/** Two owners that are taken away at once would each see the other: PostgreSQL lets the second wait here. */
function lock({ account }: TokenPlace): SqlWrite {
  return { sql: 'UPDATE accounts SET created_at = created_at WHERE id = ?', rows: [[account]] };
}

function placed({ account, id }: TokenPlace): readonly [string, string] {
  return [account, id];
}

function lastOwner({ account }: TokenPlace, what: string): StorageError {
  const message = `This is the last owner of account "${account}", so it can not be ${what}. Make another owner first.`;
  return new StorageError('last_owner', message);
}
