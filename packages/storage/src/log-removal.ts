import type { SqlDatabase, SqlWrite } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { lockCount } from './log-counts.ts';
import { type Drive, driveOf, type LogSelection } from './log-drive.ts';
import type { LogOrderKey } from './log-order.ts';
import { createPatience } from './log-patience.ts';
import { firstIds } from './log-ranking.ts';
import { field } from './log-rows.ts';
import { breath, type Direction, inOrder, slicesOf } from './log-slices.ts';
import { logs } from './schema/sqlite.ts';

/** Which rows are to go. */
export interface LogRemoval extends LogSelection {
  /** At most so many, the first in this order. */
  readonly limit?: number | undefined;
  readonly orderBy?: LogOrderKey | undefined;
  /** Newest or greatest first unless told otherwise. */
  readonly direction?: Direction | undefined;
}

/** What became of it. */
export interface Removed {
  readonly removed: number;
  /** False when time was up before all of them were gone. */
  readonly isDone: boolean;
}

/** Deletes rows with their bodies, a few hundred in one transaction so that nobody who writes waits for long. */
export async function removeLogs(
  { database, db }: { readonly database: SqlDatabase; readonly db: Drizzle },
  account: string,
  gateway: string,
  removal: LogRemoval,
): Promise<Removed> {
  const { orderBy = 'created_at', direction = 'desc', limit = Number.POSITIVE_INFINITY } = removal;
  const drive = driveOf(account, gateway, removal, database.dialect);
  const began = performance.now();
  let removed = 0;
  // Without a limit all of them go, in whatever order.
  const ids =
    orderBy === 'created_at' || limit === Number.POSITIVE_INFINITY
      ? idsInOrder(db, drive, direction)
      : idsRanked(db, drive, { by: orderBy, direction }, limit);
  for await (const some of ids) {
    const first = some.slice(0, limit - removed);
    await deleteRows(database, account, gateway, first);
    removed += first.length;
    if (removed >= limit) break;
    if (performance.now() - began > PATIENCE_MS) return { removed, isDone: false };
    await breath();
  }
  return { removed, isDone: true };
}

/** Deletes these rows of one log, with their bodies, and counts them down. */
export async function deleteRows(
  database: SqlDatabase,
  account: string,
  gateway: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > 0) await database.write(deletions(account, gateway, ids));
}

/** So many go at once. */
export const SLICE_ROWS = 400;

/** Clients wait for a minute. */
const PATIENCE_MS = 45_000;

/** D1 takes a hundred values in one statement. */
const IDS = 80;

const THESE = `IN (${Array(IDS).fill('?').join(', ')})`;
const COUNT_DOWN =
  `UPDATE log_counts SET row_count = row_count - (SELECT count(*) FROM logs WHERE id ${THESE} ` +
  'AND created_at < log_counts.counted_until) WHERE account = ? AND gateway = ?';
const DELETE_BODIES = `DELETE FROM log_bodies WHERE log_id ${THESE}`;
const DELETE_ROWS = `DELETE FROM logs WHERE id ${THESE}`;

function deletions(account: string, gateway: string, ids: readonly string[]): SqlWrite[] {
  const rows: string[][] = [];
  for (let start = 0; start < ids.length; start += IDS) {
    const some = ids.slice(start, start + IDS);
    // Always as many, so that the statement stays the same.
    rows.push([...some, ...Array(IDS - some.length).fill(some[0])]);
  }
  return [
    lockCount(account, gateway),
    { sql: COUNT_DOWN, rows: rows.map((some) => [...some, account, gateway]) },
    { sql: DELETE_BODIES, rows },
    { sql: DELETE_ROWS, rows },
  ];
}

async function* idsInOrder(db: Drizzle, drive: Drive, direction: Direction): AsyncGenerator<string[], void, undefined> {
  for await (const slice of slicesOf(db, drive, direction)) {
    for (;;) {
      const rows = await db
        .select({ id: field(logs.id) })
        .from(drive.from)
        .where(slice.wanted)
        .orderBy(...inOrder(direction))
        .limit(SLICE_ROWS);
      if (rows.length > 0) yield rows.map(({ id }) => id);
      if (rows.length < SLICE_ROWS) break;
    }
  }
}

async function* idsRanked(
  db: Drizzle,
  drive: Drive,
  order: { readonly by: Exclude<LogOrderKey, 'created_at'>; readonly direction: Direction },
  limit: number,
): AsyncGenerator<string[], void, undefined> {
  for (;;) {
    const ids = await firstIds(db, drive, order, Math.min(limit, MOST_RANKED), createPatience(PATIENCE_MS));
    for (let start = 0; start < ids.length; start += SLICE_ROWS) yield ids.slice(start, start + SLICE_ROWS);
    if (ids.length < MOST_RANKED) return;
  }
}

const MOST_RANKED = 10_000;
