import { Sketch } from '@sluice/core';
import type { SqlDatabase, SqlValue } from './database.ts';
import { keptSince, mergedBefore, ROLLUP_STEPS, startOf } from './rollups-periods.ts';
import { MAIN, METADATA, type RollupTable, upsertInto } from './rollups-tables.ts';

/** One slice of work; false when nothing is old enough. */
export async function compactRollups(database: SqlDatabase, now: number): Promise<boolean> {
  for (const table of [MAIN, METADATA]) {
    for (const step of STEPS) {
      const slice = await findSlice(database, table, step.from, step.to, mergedBefore(step.from, now));
      if (slice !== undefined) return mergeSlice(database, slice, step);
      const old = await findSlice(database, table, step.kept, step.to, keptSince(step.from, now));
      if (old !== undefined) return forgetSlice(database, old);
    }
  }
  return false;
}

/** Rows of one period are added up to rows of the next, and kept under another name for as long as somebody may look closely. */
interface Step {
  readonly from: 'minute' | 'hour';
  readonly to: 'hour' | 'day';
  readonly kept: 'kept_minute' | 'kept_hour';
}

const STEPS: readonly Step[] = [
  { from: 'minute', to: 'hour', kept: 'kept_minute' },
  { from: 'hour', to: 'day', kept: 'kept_hour' },
];

/** One gateway's rows of a period from `start` to `end`, all in the hour or day that begins at `target`. */
interface Slice {
  readonly table: RollupTable;
  readonly period: string;
  readonly account: string;
  readonly gateway: string;
  readonly target: number;
  readonly start: number;
  readonly end: number;
  /** How many rows there are, and how many calls they count. */
  readonly seen: readonly [rows: number, requests: number];
}

/** What one transaction holds at most, unless a single minute has more. */
const SLICE_ROWS = 500;

async function findSlice(
  database: SqlDatabase,
  table: RollupTable,
  period: string,
  to: 'hour' | 'day',
  before: number,
): Promise<Slice | undefined> {
  const [oldest] = await database.query(
    `SELECT account, gateway, MIN(start) FROM ${table.name} WHERE period = ? AND start < ? GROUP BY account, gateway LIMIT 1`,
    [period, before],
  );
  if (oldest === undefined) return undefined;
  const [account, gateway, start] = [String(oldest[0]), String(oldest[1]), Number(oldest[2])];
  const target = startOf(to, start);
  const moments = await database.query(
    `SELECT start, COUNT(*), SUM(requests) FROM ${table.name} WHERE ${RANGE} GROUP BY start ORDER BY start`,
    [period, account, gateway, start, target + ROLLUP_STEPS[to]],
  );
  const slice = { table, period, account, gateway, target, start };
  let [rows, requests, end] = [0, 0, start];
  for (const [moment, count, sum] of moments) {
    if (rows > 0 && rows + Number(count) > SLICE_ROWS) break;
    rows += Number(count);
    requests += Number(sum);
    end = Number(moment) + 1;
  }
  return { ...slice, end, seen: [rows, requests] };
}

const RANGE = 'period = ? AND account = ? AND gateway = ? AND start >= ? AND start < ?';

/**
 * Puts rows of the next period beside the slice, in the place of those that are there already, and renames the slice, in one
 * transaction. If another process was quicker, or a late call was counted meanwhile, nothing happens, and the next slice is
 * a new one.
 */
async function mergeSlice(database: SqlDatabase, slice: Slice, { to, kept }: Step): Promise<true> {
  const { table, account, gateway, target } = slice;
  const old = rangeOf(slice);
  const done = [to, account, gateway, target, target + 1];
  const columns = table.columns.map(({ name }) => name);
  const select = `SELECT ${columns.join(', ')} FROM ${table.name} WHERE ${RANGE}`;
  const rows = [...(await database.query(select, old)), ...(await database.query(select, done))];
  // A name of its own, or it could not be kept beside what a late call of the same hour became.
  const merged = merge(rows, table, { period: to, start: target, writer: crypto.randomUUID().slice(0, 13) });
  const counted = merged.reduce((sum, row) => sum + Number(row[requestsAt(table)]), 0);
  try {
    await database.write([
      ...(database.dialect === 'postgres' ? [{ sql: LOCK, rows: [[]] }] : []),
      { sql: refuseUnlessSame(table), rows: [[...old, ...done, rows.length, ...old, ...done, counted]] },
      { sql: copyInto(table, kept), rows: [old] },
      { sql: `DELETE FROM ${table.name} WHERE ${RANGE}`, rows: [old, done] },
      { sql: upsertInto(table), rows: merged },
    ]);
  } catch (error) {
    if (await isAsSeen(database, slice)) throw error;
  }
  return true;
}

/** What it was added up to stays. */
async function forgetSlice(database: SqlDatabase, slice: Slice): Promise<true> {
  await database.write([{ sql: `DELETE FROM ${slice.table.name} WHERE ${RANGE}`, rows: [rangeOf(slice)] }]);
  return true;
}

function rangeOf({ period, account, gateway, start, end }: Slice): readonly SqlValue[] {
  return [period, account, gateway, start, end];
}

function copyInto(table: RollupTable, period: string): string {
  const columns = table.columns.map(({ name }) => (name === 'period' ? `'${period}'` : name));
  return upsertInto(table, `SELECT ${columns.join(', ')} FROM ${table.name} WHERE ${RANGE}`);
}

// Its transactions would all see the rows as they were, and each would add them up.
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('sluice_rollups'))";

/** Breaks the transaction, by a row that no table takes, when the rows are not those that were read. */
function refuseUnlessSame({ name }: RollupTable): string {
  const what = (sum: string) => `(SELECT ${sum} FROM ${name} WHERE (${RANGE}) OR (${RANGE}))`;
  return (
    `INSERT INTO ${name} (period, start) SELECT 'minute', 0 ` +
    `WHERE ${what('COUNT(*)')} <> ? OR ${what('COALESCE(SUM(requests), 0)')} <> ?`
  );
}

async function isAsSeen(database: SqlDatabase, slice: Slice): Promise<boolean> {
  const [now] = await database.query(
    `SELECT COUNT(*), SUM(requests) FROM ${slice.table.name} WHERE ${RANGE}`,
    rangeOf(slice),
  );
  return Number(now?.[0]) === slice.seen[0] && Number(now?.[1]) === slice.seen[1];
}

/** One row for all that differ in moment and writer alone. */
function merge(
  rows: readonly (readonly SqlValue[])[],
  table: RollupTable,
  fixed: Readonly<Record<string, SqlValue>>,
): SqlValue[][] {
  const merged = new Map<string, (SqlValue | Sketch)[]>();
  for (const row of rows) {
    const values = table.columns.map(({ key, kind }, index): SqlValue | Sketch => {
      const value = row[index] ?? null;
      return kind === 'sketch' ? Sketch.fromBytes(table.bytesOf(value)) : (fixed[key] ?? value);
    });
    const name = JSON.stringify(values.filter((_, index) => table.columns[index]?.kind === 'key'));
    const sum = merged.get(name);
    if (sum === undefined) merged.set(name, values);
    else addUp(table, sum, values);
  }
  return [...merged.values()].map((row) => row.map((value) => (value instanceof Sketch ? value.toBytes() : value)));
}

function addUp({ columns }: RollupTable, sum: (SqlValue | Sketch)[], values: readonly (SqlValue | Sketch)[]): void {
  for (const [index, { kind }] of columns.entries()) {
    const [left, right] = [sum[index], values[index]];
    if (left instanceof Sketch && right instanceof Sketch) left.addAll(right);
    else if (kind === 'sum') sum[index] = Number(left) + Number(right);
  }
}

function requestsAt({ columns }: RollupTable): number {
  return columns.findIndex(({ key }) => key === 'requests');
}
