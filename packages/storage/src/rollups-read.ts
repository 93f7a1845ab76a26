import { type RollupSums, Sketch } from '@sluice/core';
import type { SqlDatabase, SqlValue } from './database.ts';
import { type RollupDimension, type RollupFilter, type RollupValue, toColumn, toCondition } from './rollups-filter.ts';
import { ROLLUP_STEPS, type RollupPeriod, rollupPeriodAt, startOf } from './rollups-periods.ts';
import { MAIN, METADATA, type RollupTable, SUMS } from './rollups-tables.ts';

/** What is wanted of the roll-ups of an account. */
export interface RollupQuery {
  readonly account: string;
  /** Milliseconds since 1970. Rounded down to the beginning of what is known there: an hour, where minutes are known no more. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** One group for each step of so many milliseconds, all of them in UTC; one for the whole time unless given. */
  readonly stepMs?: number | undefined;
  /** One group for each set of values of these. */
  readonly by?: readonly RollupDimension[];
  /** Adds up the calls that carry this key of metadata, or this pair. They are known by gateway and value alone. */
  readonly metadata?: { readonly key: string; readonly value?: string | undefined } | undefined;
  readonly filter?: RollupFilter | undefined;
  /** Times are left out where false. */
  readonly times?: boolean;
}

/** Calls that are alike, added up. */
export interface RollupGroup extends RollupSums {
  /** When its step begins, in milliseconds since 1970; 0 for the whole time. */
  readonly start: number;
  /** The values of `by`, in its order. */
  readonly key: readonly RollupValue[];
  readonly cachedRequests: number;
  /** Of whole calls, in milliseconds. */
  readonly durations: Sketch;
  /** Of streamed calls, to the first piece of their answer, in milliseconds. */
  readonly firstChunks: Sketch;
}

/** Sums are added up by the database, sketches here. */
export async function readRollups(database: SqlDatabase, query: RollupQuery, now: number): Promise<RollupGroup[]> {
  const table = query.metadata === undefined ? MAIN : METADATA;
  const { where, params } = conditionOf(query, table, now);
  const { stepMs, by = [] } = query;
  // A number of ours, so it may stand in the text: a placeholder would not be the same expression twice.
  const start = stepMs === undefined ? '0' : `start - start % ${Math.trunc(stepMs)}`;
  const keys = [start, ...by.map((dimension) => toColumn(dimension, table.name))];
  const group = keys.map((_, index) => index + 1).join(', ');
  const sums = await database.query(
    `SELECT ${[...keys, ...sumsOf(table)].join(', ')} FROM ${table.name} WHERE ${where} GROUP BY ${group} ORDER BY ${group}`,
    params,
  );
  const groups = new Map<string, RollupGroup>();
  for (const row of sums) {
    const key = row.slice(0, keys.length);
    groups.set(key.join(GAP), toGroup(key, row.slice(keys.length), by));
  }
  if (query.times === false) return [...groups.values()];
  const sketches = await database.query(
    `SELECT ${[...keys, 'durations', 'first_chunks'].join(', ')} FROM ${table.name} WHERE ${where}`,
    params,
  );
  for (const row of sketches) {
    // What was written between the two questions has no group yet, and will have one next time.
    const found = groups.get(row.slice(0, keys.length).join(GAP));
    found?.durations.addBytes(table.bytesOf(row[keys.length]));
    found?.firstChunks.addBytes(table.bytesOf(row[keys.length + 1]));
  }
  return [...groups.values()];
}

/** No value holds this sign. */
const GAP = '\0';

interface Condition {
  readonly where: string;
  readonly params: readonly SqlValue[];
}

function conditionOf(query: RollupQuery, table: RollupTable, now: number): Condition {
  const { account, from, to, metadata, filter } = query;
  const period = coarsest(query, now);
  const texts = [`period IN (${PERIODS[period]})`, 'account = ?', 'start >= ?', 'start < ?'];
  const params: SqlValue[] = [account, startOf(period, Math.max(0, from)), to];
  if (metadata !== undefined) {
    texts.push('key = ?');
    params.push(metadata.key);
    if (metadata.value !== undefined) {
      texts.push('value = ?');
      params.push(metadata.value);
    }
  }
  if (filter !== undefined) texts.push(toCondition(filter, table.name, params));
  return { where: texts.join(' AND '), params };
}

/** The fewest rows that say it: steps as long as they may be, where the time begins and ends with one. */
function coarsest({ from, to, stepMs }: RollupQuery, now: number): RollupPeriod {
  const known = rollupPeriodAt(from, now);
  for (const period of ['day', 'hour'] as const) {
    const length = ROLLUP_STEPS[period];
    const fits = from % length === 0 && (to % length === 0 || to > now) && (stepMs ?? length) >= length;
    if (fits || period === known) return period;
  }
  return known;
}

/** Which rows say all there is, each call once: those that are not merged yet, and what became of those that are. */
const PERIODS: Readonly<Record<RollupPeriod, string>> = {
  minute: "'minute', 'kept_minute'",
  hour: "'minute', 'hour', 'kept_hour'",
  day: "'minute', 'hour', 'day'",
};

const CACHED: Readonly<Record<string, string>> = {
  [MAIN.name]: 'CASE WHEN cached = 1 THEN requests ELSE 0 END',
  [METADATA.name]: 'cached_requests',
};

function sumsOf({ name, columns }: RollupTable): string[] {
  const names = SUMS.map((key) => columns.find((column) => column.key === key)?.name ?? key);
  return [...names, CACHED[name] ?? '0'].map((column) => `SUM(${column})`);
}

function toGroup(
  [start = 0, ...values]: readonly SqlValue[],
  sums: readonly SqlValue[],
  by: readonly RollupDimension[],
): RollupGroup {
  const known = Object.fromEntries(SUMS.map((key, index) => [key, Number(sums[index])])) as unknown as RollupSums;
  return {
    ...known,
    start: Number(start),
    key: values.map((value, index) => (isFlag(by[index]) ? value === 1 : (value as string | number))),
    cachedRequests: Number(sums[SUMS.length]),
    durations: new Sketch(),
    firstChunks: new Sketch(),
  };
}

function isFlag(dimension: RollupDimension | undefined): boolean {
  return dimension === 'cached' || dimension === 'failed' || dimension === 'rateLimited';
}
