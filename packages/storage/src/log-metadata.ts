import type { Metadata } from '@sluice/core';
import { type SQL, sql } from 'drizzle-orm';
import { numberOf } from './log-field.ts';
import type { LogFilter, LogFilterValue, LogOperator } from './log-filter.ts';
import { anyOf, type Dialect, holds, not, position, SYMBOLS } from './log-sql.ts';
import { logs } from './schema/sqlite.ts';

/** What the column holds. PostgreSQL's JSON takes neither the sign U+0000 nor half a pair, so nobody may store them. */
export function metadataText(metadata: Metadata): string {
  const text = JSON.stringify(metadata);
  // Both are written with a backslash, and nearly no text has one.
  return text.includes('\\u') ? JSON.stringify(storable(metadata)) : text;
}

/**
 * `metadata.key` and `metadata.value` ask independently whether any entry has the key, or the value; `metadata.{name}`
 * asks what the entry of that name has.
 */
export function metadataCondition({ key, operator, value }: LogFilter, dialect: Dialect): SQL {
  if (operator === 'neq') return not(metadataCondition({ key, operator: 'eq', value }, dialect));
  const entry = ENTRIES[dialect];
  if (key === 'metadata.key')
    return anyEntry(dialect, anyOf(value.map((name) => keyed(entry.key, operator, name, dialect))));
  if (key === 'metadata.value') return anyEntry(dialect, valued(entry, operator, value, dialect));
  return ofEntry(key.slice('metadata.'.length), operator, value, dialect);
}

function ofEntry(name: string, operator: LogOperator, value: readonly LogFilterValue[], dialect: Dialect): SQL {
  const entry = ENTRIES[dialect];
  const isNamed = sql`${entry.key} = ${name}`;
  // Most rows without it are told apart before their JSON is read.
  const hasName = sql`${position(dialect)}(${logs.metadata}, ${JSON.stringify(name)}) > 0`;
  const conditions: SQL[] = [];
  const some = value.filter((one) => one !== null);
  if (some.length > 0) {
    conditions.push(
      sql`(${hasName} AND ${anyEntry(dialect, sql`${isNamed} AND (${valued(entry, operator, some, dialect)})`)})`,
    );
  }
  if (some.length < value.length) conditions.push(not(sql`(${hasName} AND ${anyEntry(dialect, isNamed)})`));
  return sql`(${anyOf(conditions)})`;
}

function keyed(key: SQL, operator: LogOperator, name: LogFilterValue, dialect: Dialect): SQL {
  return operator === 'contains' ? holds(key, String(name), dialect) : sql`${key} = ${String(name)}`;
}

function valued(entry: Entry, operator: LogOperator, values: readonly LogFilterValue[], dialect: Dialect): SQL {
  return anyOf(values.filter((value) => value !== null).map((value) => oneValued(entry, operator, value, dialect)));
}

function oneValued(entry: Entry, operator: LogOperator, value: string | number | boolean, dialect: Dialect): SQL {
  const number = numberOf(value);
  switch (operator) {
    case 'contains':
      return holds(entry.text, String(value), dialect);
    case 'eq':
    case 'neq':
      // 3, 3.0 and "3" are the same to whoever writes a filter into an address.
      return number === undefined
        ? sql`${entry.text} = ${String(value)}`
        : sql`(${entry.text} = ${String(value)} OR ${entry.number} = ${number})`;
    default:
      return number === undefined
        ? sql`${entry.text} ${SYMBOLS[operator]} ${String(value)}`
        : sql`${entry.number} ${SYMBOLS[operator]} ${number}`;
  }
}

/** How the columns of an unfolded entry are written. */
interface Entry {
  readonly from: SQL;
  readonly key: SQL;
  readonly text: SQL;
  /** Null for what is no number. */
  readonly number: SQL;
}

const ENTRIES: Readonly<Record<Dialect, Entry>> = {
  sqlite: {
    from: sql.raw('json_each(metadata) AS entry'),
    key: sql.raw('entry.key'),
    text: sql.raw(
      "CASE entry.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(entry.value AS TEXT) END",
    ),
    number: sql.raw("CASE WHEN entry.type IN ('integer', 'real') THEN entry.value END"),
  },
  postgres: {
    from: sql.raw('jsonb_each(CAST(metadata AS jsonb)) AS entry(key, value)'),
    key: sql.raw('entry.key'),
    text: sql.raw("(entry.value #>> '{}')"),
    number: sql.raw(
      "CASE WHEN jsonb_typeof(entry.value) = 'number' THEN CAST(entry.value #>> '{}' AS double precision) END",
    ),
  },
};

function anyEntry(dialect: Dialect, condition: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM ${ENTRIES[dialect].from} WHERE ${condition})`;
}

function storable(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [clean(key), clean(value)]));
}

function clean<T>(value: T): T | string {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value;
}
