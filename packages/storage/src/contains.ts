import { type Column, or, type SQL, sql } from 'drizzle-orm';

/**
 * At least one of the columns holds this text somewhere, upper and lower case alike. Said so that both databases mean the
 * same by it. Undefined, which is any row, for no text.
 */
export function contains(columns: readonly (Column | SQL)[], text: string | undefined): SQL | undefined {
  if (!text) return undefined;
  // Without the text it would be another value.
  return or(...columns.map((column) => sql`replace(lower(${column}), ${text.toLowerCase()}, '') <> lower(${column})`));
}
