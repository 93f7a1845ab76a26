import { eq } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import { StorageError } from './errors.ts';
import { accounts } from './schema/sqlite.ts';

/** The accounts of this installation. */
export interface AccountRepository {
  /** Creates the account unless it is there. */
  ensure(id: string): Promise<void>;
}

/** Accounts over drizzle. */
export function createAccounts(db: Drizzle, now: () => number): AccountRepository {
  return {
    async ensure(id) {
      await db.insert(accounts).values({ id, createdAt: now() }).onConflictDoNothing();
    },
  };
}

/** Rejects with `unknown_account` when nobody created it: clearer than a broken foreign key. */
export async function assertAccount(db: Drizzle, id: string): Promise<void> {
  const found = await db.select({ id: accounts.id }).from(accounts).where(eq(accounts.id, id)).limit(1);
  if (found.length > 0) return;
  throw new StorageError('unknown_account', `There is no account "${id}". Create it with accounts.ensure first.`);
}
