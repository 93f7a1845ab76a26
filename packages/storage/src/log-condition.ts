import { type SQL, sql } from 'drizzle-orm';
import { type FieldKind, logField, type StoredValue, storedValue } from './log-field.ts';
import { filterProblem, isMetadata, type LogFilter, type LogOperator } from './log-filter.ts';
import { metadataCondition } from './log-metadata.ts';
import { anyOf, type Comparison, type Dialect, holds, not, SYMBOLS } from './log-sql.ts';
import { logs } from './schema/sqlite.ts';

/** The filter as SQL. Throws for a filter that `filterProblem` has something against. */
export function logCondition(filter: LogFilter, dialect: Dialect): SQL {
  const problem = filterProblem(filter);
  if (problem !== undefined) throw new TypeError(problem.message);
  if (isMetadata(filter.key)) return metadataCondition(filter, dialect);
  const field = logField(filter.key);
  if (field === undefined) throw new TypeError(`There is no filter key "${filter.key}".`);
  const wanted = filter.value.map((value) => storedValue(field.kind, value) ?? null);
  return compared(filter.operator, field.value, field.kind, wanted, dialect);
}

/** Rows that hold this text in what people look for: ids, names, the path, what went wrong, metadata. */
export function searchCondition(text: string, dialect: Dialect): SQL {
  return sql`(${anyOf(SEARCHED.map((column) => holds(column, text, dialect)))})`;
}

const SEARCHED: readonly SQL[] = [
  sql`${logs.id}`,
  sql`${logs.eventId}`,
  sql`${logs.model}`,
  sql`${logs.provider}`,
  sql`${logs.path}`,
  sql`${logs.errorMessage}`,
  sql`${logs.metadata}`,
];

function compared(
  operator: LogOperator,
  value: SQL,
  kind: FieldKind,
  wanted: readonly StoredValue[],
  dialect: Dialect,
): SQL {
  switch (operator) {
    case 'eq':
      return equal(value, kind, wanted);
    case 'neq':
      return not(equal(value, kind, wanted));
    case 'contains':
      return anyOf(wanted.map((text) => holds(value, String(text), dialect)));
    default:
      return anyOf(wanted.map((bound) => sql`${value} ${SYMBOLS[operator]} ${boundOf(operator, kind, bound)}`));
  }
}

function equal(value: SQL, kind: FieldKind, wanted: readonly StoredValue[]): SQL {
  const some = wanted.filter((one) => one !== null).flatMap((one) => equals(kind, one));
  const conditions = wanted.includes(null) ? [sql`${value} IS NULL`] : [];
  if (some.length === 1) conditions.push(sql`${value} = ${some[0]}`);
  if (some.length > 1) conditions.push(sql`${value} IN ${some}`);
  return sql`(${anyOf(conditions)})`;
}

/** No column of whole numbers holds a fraction, and PostgreSQL would not even compare them. */
function equals(kind: FieldKind, value: string | number): (string | number)[] {
  // The published filter says 0 for what people gave as -1.
  if (kind === 'feedback' && value === 0) return [0, -1];
  return isWhole(kind) && !Number.isSafeInteger(value) ? [] : [value];
}

function boundOf(operator: Comparison, kind: FieldKind, bound: StoredValue): StoredValue {
  if (!isWhole(kind) || typeof bound !== 'number') return bound;
  const whole = operator === 'lt' || operator === 'gte' ? Math.ceil(bound) : Math.floor(bound);
  return Math.min(MAX_WHOLE, Math.max(-MAX_WHOLE, whole));
}

function isWhole(kind: FieldKind): boolean {
  return kind !== 'text' && kind !== 'real';
}

/** Beyond everything a row holds, and within 64 bits. */
const MAX_WHOLE = 9e18;
