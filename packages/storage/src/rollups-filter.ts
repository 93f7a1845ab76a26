import type { SqlValue } from './database.ts';

/**
 * What calls can be told apart by. `failed` and `rateLimited` follow from status and error. `metadata` is the value of the
 * key that a query asks for, which goes with `gateway` alone.
 */
export type RollupDimension =
  | 'gateway'
  | 'provider'
  | 'model'
  | 'status'
  | 'error'
  | 'cached'
  | 'failed'
  | 'rateLimited'
  | 'metadata';

/** The empty text of `error` is a success. */
export type RollupValue = string | number | boolean;

/** Which calls count. */
export type RollupFilter =
  | { readonly all: readonly RollupFilter[] }
  | { readonly any: readonly RollupFilter[] }
  | {
      readonly dimension: RollupDimension;
      /** `like` is for texts: `%` stands for any text, `_` for one sign, upper and lower case are one. */
      readonly operator: 'eq' | 'neq' | 'lt' | 'leq' | 'gt' | 'geq' | 'like';
      readonly value: RollupValue;
    }
  | { readonly dimension: RollupDimension; readonly operator: 'in'; readonly value: readonly RollupValue[] };

/** The filter as SQL; its values go behind the parameters. */
export function toCondition(filter: RollupFilter, table: string, params: SqlValue[]): string {
  if ('all' in filter) return joined(filter.all, ' AND ', '1 = 1', table, params);
  if ('any' in filter) return joined(filter.any, ' OR ', '1 = 0', table, params);
  const column = toColumn(filter.dimension, table);
  if (filter.operator === 'in') {
    if (filter.value.length === 0) return '1 = 0';
    params.push(...filter.value.map(toSql));
    return `${column} IN (${filter.value.map(() => '?').join(', ')})`;
  }
  params.push(toSql(filter.value));
  if (filter.operator === 'like') return `lower(${column}) LIKE lower(?) ESCAPE '\\'`;
  return `${column} ${OPERATORS[filter.operator]} ?`;
}

/** Where a dimension stands. Throws for one that the table does not know. */
export function toColumn(dimension: RollupDimension, table: string): string {
  const column = COLUMNS[table]?.[dimension];
  if (column !== undefined) return column;
  throw new Error(
    dimension === 'metadata'
      ? 'Roll-ups by metadata need the key: set `metadata`.'
      : `Roll-ups by metadata know gateway and value alone, not "${dimension}".`,
  );
}

const FAILED = "status_code >= 400 OR error_code <> ''";

const COLUMNS: Readonly<Record<string, { readonly [D in RollupDimension]?: string }>> = {
  rollups: {
    gateway: 'gateway',
    provider: 'provider',
    model: 'model',
    status: 'status_code',
    error: 'error_code',
    cached: 'cached',
    failed: `(CASE WHEN ${FAILED} THEN 1 ELSE 0 END)`,
    rateLimited: "(CASE WHEN error_code = 'rate_limited' THEN 1 ELSE 0 END)",
  },
  metadata_rollups: { gateway: 'gateway', metadata: 'value' },
};

const OPERATORS = { eq: '=', neq: '<>', lt: '<', leq: '<=', gt: '>', geq: '>=' } as const;

function joined(
  filters: readonly RollupFilter[],
  word: string,
  none: string,
  table: string,
  params: SqlValue[],
): string {
  if (filters.length === 0) return none;
  return `(${filters.map((each) => toCondition(each, table, params)).join(word)})`;
}

function toSql(value: RollupValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
