import { or, type SQL, sql } from 'drizzle-orm';
import type { SqlDatabase } from './database.ts';

export type Dialect = SqlDatabase['dialect'];

/** A text stands somewhere in another one, the letters A to Z in either case. */
export function holds(value: SQL, text: string, dialect: Dialect): SQL {
  return sql`${position(dialect)}(lower(${value}), ${asciiLower(text)}) > 0`;
}

/** Where a text stands in another one, from 1; 0 for nowhere. */
export function position(dialect: Dialect): SQL {
  return sql.raw(dialect === 'postgres' ? 'strpos' : 'instr');
}

/** True where the condition is not, also where it is unknown. */
export function not(condition: SQL): SQL {
  return sql`NOT coalesce(${condition}, FALSE)`;
}

/** At least one of them. */
export function anyOf(conditions: readonly SQL[]): SQL {
  return or(...conditions) ?? sql.raw('FALSE');
}

export type Comparison = 'lt' | 'gt' | 'lte' | 'gte';

/** How databases write comparisons. */
export const SYMBOLS: Readonly<Record<Comparison, SQL>> = {
  lt: sql.raw('<'),
  gt: sql.raw('>'),
  lte: sql.raw('<='),
  gte: sql.raw('>='),
};

/** As both databases do it. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
