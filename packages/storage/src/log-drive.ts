import { and, eq, type SQL } from 'drizzle-orm';
import { logCondition, searchCondition } from './log-condition.ts';
import { storedValue } from './log-field.ts';
import type { LogFilter } from './log-filter.ts';
import { type LogIndex, logBy } from './log-rows.ts';
import type { Dialect } from './log-sql.ts';
import { FAILED, logs } from './schema/sqlite.ts';

/** Which rows of a log are wanted. */
export interface LogSelection {
  /** Rows that fulfil all of them. */
  readonly filters?: readonly LogFilter[] | undefined;
  /** A part of an id, event id, model, provider, path, error message, or of the metadata as text. */
  readonly search?: string | undefined;
}

/** A selection as SQL, split into what an index finds and what each of the rows found is then asked. */
export interface Drive {
  /** The log, read by the index that finds it. */
  readonly from: SQL;
  readonly found: SQL | undefined;
  /** Undefined when all that is found is wanted. */
  readonly asked: SQL | undefined;
  /** Every row of the log is wanted. */
  readonly isWhole: boolean;
}

/** What is wanted of one gateway's log. */
export function driveOf(
  account: string,
  gateway: string,
  { filters = [], search }: LogSelection,
  dialect: Dialect,
): Drive {
  const of = (wanted: readonly LogFilter[]) => wanted.map((filter) => logCondition(filter, dialect));
  const asked = filters.filter((filter) => !isIndexed(filter));
  const isOfFailure = filters.some(isOfFailures);
  return {
    from: logBy(indexFor(filters), dialect),
    found: and(
      eq(logs.account, account),
      eq(logs.gateway, gateway),
      ...of(filters.filter(isIndexed)),
      isOfFailure ? FAILED : undefined,
    ),
    asked: and(...of(asked), search === undefined || search === '' ? undefined : searchCondition(search, dialect)),
    isWhole: filters.length === 0 && (search === undefined || search === ''),
  };
}

/** The shortest one that has all that is wanted, in order of time. Rows by name need none. */
function indexFor(filters: readonly LogFilter[]): LogIndex | undefined {
  if (filters.some(({ key, operator }) => key === 'id' && operator === 'eq')) return undefined;
  const isOfModel = filters.some((filter) => filter.key === 'model' && isIndexed(filter));
  if (filters.some(isOfFailures)) return isOfModel ? 'logs_failed_model' : 'logs_failed';
  return isOfModel ? 'logs_model' : 'logs_newest';
}

/** Leaves rows in the order of an index: one model, a stretch of time, or a few rows by name. */
function isIndexed({ key, operator, value }: LogFilter): boolean {
  if (key === 'id') return operator === 'eq';
  if (value.length !== 1) return false;
  return key === 'model' ? operator === 'eq' : key === 'created_at' && operator !== 'neq';
}

/** Only rows fulfil it that are in the indexes of failures, where the others are not. */
function isOfFailures({ key, operator, value }: LogFilter): boolean {
  if (key === 'success') return operator === 'eq' && value.every((wanted) => storedValue('flag', wanted) === 0);
  if (key !== 'status_code') return false;
  const least = { eq: 400, gte: 400, gt: 399 }[operator as 'eq' | 'gte' | 'gt'];
  return least !== undefined && value.every((wanted) => Number(storedValue('whole', wanted)) >= least);
}
