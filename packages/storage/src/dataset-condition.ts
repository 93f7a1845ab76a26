import { and, inArray, or, type SQL, sql } from 'drizzle-orm';
import { contains } from './contains.ts';
import type { Dataset, DatasetFilter, DatasetFilterKey } from './datasets.ts';
import { logs } from './schema/sqlite.ts';

/** A row of the log is in at least one of these datasets. Undefined when one of them takes every row. */
export function inAnyDataset(datasets: readonly Pick<Dataset, 'filters'>[]): SQL | undefined {
  if (datasets.some(({ filters }) => filters.length === 0)) return undefined;
  return or(...datasets.map(({ filters }) => and(...filters.map(conditionOf))));
}

function conditionOf({ key, operator, value }: DatasetFilter): SQL | undefined {
  const { column, stored = same } = SUBJECTS[key];
  const values = value.flatMap(stored);
  switch (operator) {
    case 'eq':
      return inArray(column, values);
    case 'contains':
      return or(...values.map((text) => contains([column], String(text))));
    case 'lt':
      return or(...values.map((bound) => sql`${column} < ${bound}`));
    case 'gt':
      return or(...values.map((bound) => sql`${column} > ${bound}`));
  }
}

/** Where it stands in a row, and how a value of the filter is written there. */
interface Subject {
  readonly column: SQL;
  stored?(value: string | number | boolean): Stored | Stored[];
}

type Stored = string | number;

const SUBJECTS: Readonly<Record<DatasetFilterKey, Subject>> = {
  created_at: { column: sql`${logs.createdAt}`, stored: (value) => new Date(value as string | number).getTime() },
  request_content_type: { column: sql`${logs.requestContentType}` },
  response_content_type: { column: sql`${logs.responseContentType}` },
  success: { column: sql`${logs.success}` },
  cached: { column: sql`${logs.cached}` },
  provider: { column: sql`${logs.provider}` },
  model: { column: sql`${logs.model}` },
  cost: { column: sql`${logs.costNanos}`, stored: (dollars) => Math.round(Number(dollars) * 1e9) },
  // Where only one side is known, that is what there is to compare.
  tokens: { column: sql`coalesce(${logs.tokensIn} + ${logs.tokensOut}, ${logs.tokensIn}, ${logs.tokensOut})` },
  tokens_in: { column: sql`${logs.tokensIn}` },
  tokens_out: { column: sql`${logs.tokensOut}` },
  duration: { column: sql`${logs.durationMs}` },
  // The published filter says 0 for what people gave as -1.
  feedback: { column: sql`${logs.feedback}`, stored: (value) => (Number(value) === 0 ? [0, -1] : Number(value)) },
};

function same(value: string | number | boolean): Stored {
  return typeof value === 'boolean' ? Number(value) : value;
}
