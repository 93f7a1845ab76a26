import { and, asc, desc, type SQL, sql } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { Drive } from './log-drive.ts';
import { field, literal } from './log-rows.ts';
import { logs } from './schema/sqlite.ts';

export type Direction = 'asc' | 'desc';

/** A stretch of what an index finds. */
export interface Slice {
  /** The rows of it that are wanted. */
  readonly wanted: SQL | undefined;
  /** How many rows the index finds in it; undefined for the last stretch, which has fewer than a full one. */
  readonly found: number | undefined;
}

/**
 * Walks what an index finds in order of time, so many rows at once that one statement stays short: SQLite works on the
 * thread that carries calls, and PostgreSQL ends what takes seconds.
 */
export async function* slicesOf(
  db: Drizzle,
  drive: Drive,
  direction: Direction,
): AsyncGenerator<Slice, void, undefined> {
  let start: Key | undefined;
  for (let size = FIRST_ROWS; ; ) {
    const began = performance.now();
    const behind = start === undefined ? undefined : sql`${KEY} ${sql.raw(BEHIND[direction])} ${keyOf(start)}`;
    const end = await keyAt(db, drive.from, and(drive.found, behind), direction, size);
    const until = end === undefined ? undefined : sql`${KEY} ${sql.raw(UNTIL[direction])} ${keyOf(end)}`;
    yield { wanted: and(drive.found, behind, until, drive.asked), found: end === undefined ? undefined : size };
    if (end === undefined) return;
    start = end;
    size = nextSize(size, performance.now() - began);
    await breath();
  }
}

/** Oldest or newest first; of one millisecond, the id decides, so that pages neither repeat nor skip a row. */
export function inOrder(direction: Direction): [SQL, SQL] {
  const order = direction === 'asc' ? asc : desc;
  return [order(logs.createdAt), order(logs.id)];
}

/** Lets whatever else waits for this thread go first. */
export function breath(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface Key {
  readonly createdAt: number;
  readonly id: string;
}

const KEY = sql`(${logs.createdAt}, ${logs.id})`;
const BEHIND: Readonly<Record<Direction, string>> = { asc: '>', desc: '<' };
const UNTIL: Readonly<Record<Direction, string>> = { asc: '<=', desc: '>=' };

function keyOf({ createdAt, id }: Key): SQL {
  return sql`(${createdAt}, ${id})`;
}

async function keyAt(
  db: Drizzle,
  from: SQL,
  where: SQL | undefined,
  direction: Direction,
  row: number,
): Promise<Key | undefined> {
  const [key] = await db
    .select({ createdAt: field(logs.createdAt), id: field(logs.id) })
    .from(from)
    .where(where)
    .orderBy(...inOrder(direction))
    .limit(literal(1))
    .offset(literal(row - 1));
  return key;
}

const FIRST_ROWS = 5000;
const FEWEST_ROWS = 1000;
const MOST_ROWS = 200_000;

/** A slice is short enough for nobody to notice, and long enough to be worth a statement. */
function nextSize(size: number, tookMs: number): number {
  if (tookMs > 24) return Math.max(FEWEST_ROWS, Math.floor(size / 2));
  return tookMs < 8 ? Math.min(MOST_ROWS, size * 2) : size;
}
