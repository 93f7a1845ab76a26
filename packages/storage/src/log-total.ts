import { count, type SQL, sql } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { LogCounts } from './log-counts.ts';
import type { Drive } from './log-drive.ts';
import { slicesOf } from './log-slices.ts';

/** How many rows there are. */
export interface LogTotal {
  readonly total: number;
  /** There are at least as many as `total` says: counting on would have taken too long. */
  readonly isTotalLeast?: true;
}

/** Exact for a whole log, and for a selection up to ten thousand rows, as long as few others lie in between. */
export async function totalOf(
  { db, counts }: { readonly db: Drizzle; readonly counts: LogCounts },
  account: string,
  gateway: string,
  drive: Drive,
): Promise<LogTotal> {
  if (drive.isWhole) return { total: await counts.total(account, gateway) };
  if (drive.asked !== undefined) return countAsked(db, drive);
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(drive.from)
    .where(drive.found)
    .limit(MOST_COUNTED + 1)
    .as('some');
  const [row] = await db.select({ total: count() }).from(some);
  return bounded(row?.total ?? 0);
}

/** All rows that fulfil a condition. */
export async function countOf(db: Drizzle, from: SQL, where: SQL | undefined): Promise<number> {
  const [row] = await db.select({ total: count() }).from(from).where(where);
  return row?.total ?? 0;
}

const MOST_COUNTED = 10_000;
/** Where no index tells, a row has to be looked at: this many are soon done. */
const MOST_LOOKED_AT = 30_000;

async function countAsked(db: Drizzle, drive: Drive): Promise<LogTotal> {
  let total = 0;
  let looked = 0;
  for await (const slice of slicesOf(db, drive, 'desc')) {
    total += await countOf(db, drive.from, slice.wanted);
    if (total > MOST_COUNTED) break;
    looked += slice.found ?? 0;
    if (looked > MOST_LOOKED_AT) return { total, isTotalLeast: true };
  }
  return bounded(total);
}

function bounded(total: number): LogTotal {
  return total > MOST_COUNTED ? { total: MOST_COUNTED, isTotalLeast: true } : { total };
}
