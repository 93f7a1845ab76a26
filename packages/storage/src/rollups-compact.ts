import { Sketch } from '@sluice/core';
import type { SqlDatabase, SqlValue } from './database.ts';
import { ROLLUP_STEPS, rollupHorizon, startOf } from './rollups-periods.ts';
import { MAIN, METADATA, type RollupTable, upsertInto } from './rollups-tables.ts';

/** One slice of work; false when nothing is old enough. */
export async function compactRollups(database: SqlDatabase, now: number): Promise<boolean> {
  for (const table of [MAIN, METADATA]) {
    for (const step of STEPS) {
      const slice = await findSlice(database, table, step, rollupHorizon(step.from, now));
      if (slice === undefined) continue;
      await compactSlice(database, slice);
      return true;
    }
  }
  return false;
}

/** Rows of one period become rows of the next. */
interface Step {
  readonly from: 'minute' | 'hour';
  readonly to: 'hour' | 'day';
}

const STEPS: readonly Step[] = [
  { from: 'minute', to: 'hour' },
  { from: 'hour', to: 'day' },
];

/** One gateway's rows from `start` to `end`, all in the hour or day that begins at `target`. */
interface Slice {
  readonly table: RollupTable;
  readonly step: Step;
  readonly account: string;
  readonly gateway: string;
  readonly target: number;
  readonly start: number;
  readonly end: number;
  /** How many rows there are, and how many calls they count. */
  readonly seen: readonly [rows: number, requests: number];
}

/** What one transaction holds at most, unless a single minute has more. */
const SLICE_ROWS = 2000;

async function findSlice(
  database: SqlDatabase,
  table: RollupTable,
  step: Step,
  horizon: number,
): Promise<Slice | undefined> {
  const [oldest] = await database.query(
    `SELECT account, gateway, MIN(start) FROM ${table.name} WHERE period = ? AND start < ? GROUP BY account, gateway LIMIT 1`,
    [step.from, horizon],
  );
  if (oldest === undefined) return undefined;
  const [account, gateway, start] = [String(oldest[0]), String(oldest[1]), Number(oldest[2])];
  const target = startOf(step.to, start);
  const moments = await database.query(
    `SELECT start, COUNT(*), SUM(requests) FROM ${table.name} WHERE ${RANGE} GROUP BY start ORDER BY start`,
    [step.from, account, gateway, start, target + ROLLUP_STEPS[step.to]],
  );
  const slice = { table, step, account, gateway, target, start };
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
 * Puts rows of the next period in the place of the slice and of those that are there already, in one transaction. If
 * another process was quicker, or a late call was counted meanwhile, nothing happens, and the next slice is a new one.
 */
async function compactSlice(database: SqlDatabase, slice: Slice): Promise<void> {
  const { table, step, account, gateway, target, start, end } = slice;
  const old: readonly SqlValue[] = [step.from, account, gateway, start, end];
  const done: readonly SqlValue[] = [step.to, account, gateway, target, target + 1];
  const names = table.columns.map(({ name }) => name).join(', ');
  const select = `SELECT ${names} FROM ${table.name} WHERE ${RANGE}`;
  const rows = [...(await database.query(select, old)), ...(await database.query(select, done))];
  const merged = merge(rows, slice);
  const remove = `DELETE FROM ${table.name} WHERE ${RANGE}`;
  const counted = merged.reduce((sum, row) => sum + Number(row[requestsAt(table)]), 0);
  try {
    await database.write([
      ...(database.dialect === 'postgres' ? [{ sql: LOCK, rows: [[]] }] : []),
      { sql: refuseUnlessSame(table), rows: [[...old, ...done, rows.length, ...old, ...done, counted]] },
      { sql: remove, rows: [old, done] },
      { sql: upsertInto(table), rows: merged },
    ]);
  } catch (error) {
    if (await isAsSeen(database, slice)) throw error;
  }
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

async function isAsSeen(database: SqlDatabase, { table, step, account, gateway, start, end, seen }: Slice) {
  const [now] = await database.query(`SELECT COUNT(*), SUM(requests) FROM ${table.name} WHERE ${RANGE}`, [
    step.from,
    account,
    gateway,
    start,
    end,
  ]);
  return Number(now?.[0]) === seen[0] && Number(now?.[1]) === seen[1];
}

/** One row for all that differ in moment and writer alone. */
function merge(rows: readonly (readonly SqlValue[])[], { table, step, target }: Slice): SqlValue[][] {
  const merged = new Map<string, (SqlValue | Sketch)[]>();
  const fixed: Readonly<Record<string, SqlValue>> = { period: step.to, start: target, writer: '' };
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
