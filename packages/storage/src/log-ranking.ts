import { sql } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { Drive } from './log-drive.ts';
import { type LogOrderKey, orderValue } from './log-order.ts';
import type { LogPatience } from './log-patience.ts';
import { field } from './log-rows.ts';
import { type Direction, inOrder, slicesOf } from './log-slices.ts';
import { logs } from './schema/sqlite.ts';

/**
 * The ids of the first rows in another order than that of time. Every row has to be looked at, but only so many are ever
 * held; what has no value comes last.
 */
export async function firstIds(
  db: Drizzle,
  drive: Drive,
  order: { readonly by: Exclude<LogOrderKey, 'created_at'>; readonly direction: Direction },
  count: number,
  patience: LogPatience,
): Promise<string[]> {
  const { by, direction } = order;
  const value = orderValue(by);
  let first: Ranked[] = [];
  for await (const slice of slicesOf(db, drive, direction)) {
    const found = await db
      .select({ value, createdAt: field(logs.createdAt), id: field(logs.id) })
      .from(drive.from)
      .where(slice.wanted)
      .orderBy(sql`${value} IS NULL`, sql`${value} ${sql.raw(direction)}`, ...inOrder(direction))
      .limit(count);
    first = [...first, ...found].sort(direction === 'asc' ? compare : (a, b) => compareDown(a, b)).slice(0, count);
    patience.spend(slice.found);
  }
  return first.map(({ id }) => id);
}

interface Ranked {
  readonly value: string | number | null;
  readonly createdAt: number;
  readonly id: string;
}

function compare(a: Ranked, b: Ranked): number {
  return nullsLast(a, b) || ordered(a.value, b.value) || a.createdAt - b.createdAt || ordered(a.id, b.id);
}

function compareDown(a: Ranked, b: Ranked): number {
  return nullsLast(a, b) || ordered(b.value, a.value) || b.createdAt - a.createdAt || ordered(b.id, a.id);
}

function nullsLast(a: Ranked, b: Ranked): number {
  return Number(a.value === null) - Number(b.value === null);
}

function ordered(a: string | number | null, b: string | number | null): number {
  if (a === b || a === null || b === null) return 0;
  return a < b ? -1 : 1;
}
