import { count, type SQL, sql } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { LogCounts } from './log-counts.ts';
import type { Drive } from './log-drive.ts';
import { literal } from './log-rows.ts';
import { type Direction, inOrder } from './log-slices.ts';
import { logs } from './schema/sqlite.ts';

/** How many rows there are. */
export interface LogTotal {
  readonly total: number;
  /** There are at least as many as `total` says: counting on would have taken too long. */
  readonly isTotalLeast?: true;
}

/** What a look at the first rows that an index finds has shown. */
export interface Glance {
  /** How many of them are wanted. */
  readonly wanted: number;
  /** They are all that the index finds. */
  readonly isAll: boolean;
}

/** Looks at so many rows, and no more, in one statement. */
export async function glanceAt(db: Drizzle, drive: Drive, direction: Direction): Promise<Glance> {
  const order = sql.join(inOrder(direction), sql`, `);
  const first = sql`(SELECT * FROM ${drive.from} WHERE ${drive.found} ORDER BY ${order} LIMIT ${literal(LOOKED_AT + 1)}) AS ${logs}`;
  const [row] = await db
    .select({ seen: count(), wanted: sql<number>`count(CASE WHEN ${drive.asked ?? sql`1 = 1`} THEN 1 END)` })
    .from(first);
  return { wanted: row?.wanted ?? 0, isAll: (row?.seen ?? 0) <= LOOKED_AT };
}

/** Exact for a whole log, and wherever an index finds no more than ten thousand rows. */
export async function totalOf(
  { db, counts }: { readonly db: Drizzle; readonly counts: LogCounts },
  account: string,
  gateway: string,
  drive: Drive,
): Promise<LogTotal> {
  if (drive.isWhole) return { total: await counts.total(account, gateway) };
  if (drive.asked !== undefined) return totalSeen(await glanceAt(db, drive, 'desc'));
  const some = db
    .select({ one: sql`1`.as('one') })
    .from(drive.from)
    .where(drive.found)
    .limit(literal(LOOKED_AT + 1))
    .as('some');
  const [row] = await db.select({ total: count() }).from(some);
  const total = row?.total ?? 0;
  return total > LOOKED_AT ? { total: LOOKED_AT, isTotalLeast: true } : { total };
}

/** What a glance says of all rows. */
export function totalSeen({ wanted, isAll }: Glance): LogTotal {
  return isAll ? { total: wanted } : { total: wanted, isTotalLeast: true };
}

/** All rows that fulfil a condition. */
export async function countOf(db: Drizzle, from: SQL, where: SQL | undefined): Promise<number> {
  const [row] = await db.select({ total: count() }).from(from).where(where);
  return row?.total ?? 0;
}

/** So many rows are soon looked at. */
const LOOKED_AT = 10_000;
