import type { RollupDimension, RollupFilter, RollupGroup, RollupValue } from '@sluice/storage';
import { GraphQLError } from 'graphql';
import type { DimensionSpec, NodeSpec } from './nodes.ts';

/** One row of a node. */
export interface Row {
  readonly values: Readonly<Record<string, number>>;
  readonly dimensions: Readonly<Record<string, RollupValue | null>>;
}

/** What has to be read so that rows can be told apart by these dimensions. */
export interface Grouping {
  readonly stepMs: number | undefined;
  readonly by: readonly RollupDimension[];
  /** Which dimension each of `by` is read for. */
  readonly columns: readonly DimensionSpec[];
  readonly times: readonly DimensionSpec[];
  readonly unknown: readonly DimensionSpec[];
}

/** How to group by what was selected. */
export function groupingOf(selected: ReadonlySet<string>, node: NodeSpec): Grouping {
  const dimensions = node.dimensions.filter(({ name }) => selected.has(name));
  const times = dimensions.filter(({ source }) => typeof source === 'object' && 'step' in source);
  const columns = dimensions.filter(({ source }) => typeof source === 'object' && 'column' in source);
  const steps = times.map(stepOf);
  return {
    stepMs: steps.length === 0 ? undefined : Math.min(...steps),
    by: columns.map(columnOf),
    columns,
    times,
    unknown: dimensions.filter(({ source }) => source === 'unknown'),
  };
}

/**
 * Groups as rows. Of each group the last value of the key says whether it came from the cache: the sums of tokens want to
 * know that, whether rows are told apart by it or not.
 */
export function toRows(groups: readonly RollupGroup[], { columns, times, unknown }: Grouping): Row[] {
  const rows = new Map<string, { values: Record<string, number>; dimensions: Row['dimensions'] }>();
  for (const group of groups) {
    const dimensions: Record<string, RollupValue | null> = {};
    for (const time of times) dimensions[time.name] = timeOf(time, group.start);
    for (const [index, column] of columns.entries()) dimensions[column.name] = shown(column, group.key[index]);
    for (const { name } of unknown) dimensions[name] = null;
    const name = JSON.stringify([group.start, ...group.key.slice(0, columns.length)]);
    const row = rows.get(name) ?? { values: {}, dimensions };
    rows.set(name, row);
    for (const [value, amount] of Object.entries(valuesOf(group)))
      row.values[value] = (row.values[value] ?? 0) + amount;
  }
  return [...rows.values()];
}

/** The rows in the order asked for; the greatest first unless told otherwise. */
export function ordered(rows: readonly Row[], orderBy: readonly string[], limit: number): Row[] {
  const orders = (orderBy.length === 0 ? ['count_DESC'] : orderBy).map((order) => {
    const [, name = '', direction] = /^(?:sum_|max_)?(.+)_(ASC|DESC)$/.exec(order) ?? [];
    return { name, sign: direction === 'ASC' ? 1 : -1 };
  });
  for (const { name } of orders) {
    if (rows.length > 0 && rows[0]?.values[name] === undefined && !(name in (rows[0]?.dimensions ?? {}))) {
      throw new GraphQLError(`orderBy names "${name}": select it among the dimensions too.`);
    }
  }
  const of = ({ values, dimensions }: Row, name: string): RollupValue => values[name] ?? dimensions[name] ?? 0;
  const compare = (a: Row, b: Row): number => {
    for (const { name, sign } of orders) {
      const [left, right] = [of(a, name), of(b, name)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  };
  return rows.toSorted(compare).slice(0, limit);
}

/** Both filters together. */
export function both(one: RollupFilter, other: RollupFilter): RollupFilter {
  return { all: [one, other] };
}

function valuesOf(group: RollupGroup): Record<string, number> {
  const isCached = group.key.at(-1) === true;
  const { tokensIn, tokensOut } = group;
  const values: Record<string, number> = {
    count: group.requests,
    cachedRequests: group.cachedRequests,
    erroredRequests: group.failures,
    tokensIn,
    tokensOut,
    cachedTokensIn: isCached ? tokensIn : 0,
    cachedTokensOut: isCached ? tokensOut : 0,
    uncachedTokensIn: isCached ? 0 : tokensIn,
    uncachedTokensOut: isCached ? 0 : tokensOut,
    cost: group.costNanos / 1e9,
  };
  return values;
}

function stepOf({ source }: DimensionSpec): number {
  return typeof source === 'object' && 'step' in source ? source.step : Number.POSITIVE_INFINITY;
}

function columnOf({ source, name }: DimensionSpec): RollupDimension {
  if (typeof source === 'object' && 'column' in source) return source.column;
  throw new Error(`${name} is no column.`);
}

function timeOf(dimension: DimensionSpec, start: number): string {
  const step = stepOf(dimension);
  const text = new Date(start - (start % step)).toISOString();
  return dimension.type === 'Date' ? text.slice(0, 10) : `${text.slice(0, 19)}Z`;
}

function shown({ type }: DimensionSpec, value: RollupValue | undefined): RollupValue | null {
  if (typeof value !== 'boolean') return value ?? null;
  if (type === 'uint8') return value ? 1 : 0;
  return value ? 'hit' : 'miss';
}
