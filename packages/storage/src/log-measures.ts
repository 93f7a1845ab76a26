import { and, count, eq, type SQL, sql } from 'drizzle-orm';
import { inAnyDataset } from './dataset-condition.ts';
import type { Dataset } from './datasets.ts';
import type { Drizzle } from './drizzle.ts';
import { logs } from './schema/sqlite.ts';

/** Sums over rows of the log. An average over no rows is null. */
export interface LogMeasures {
  readonly total: number;
  /** How many of them have a known cost. */
  readonly priced: number;
  /** 10⁻⁹ US dollars. */
  readonly averageCostNanos: number | null;
  readonly averageDurationMs: number | null;
  /** How many somebody gave a thumb, up or down. */
  readonly rated: number;
  /** How many of these got it up. */
  readonly liked: number;
}

/** Adds up the rows that are in any of the datasets. A row that is in two of them counts once. */
export async function measureLogs(
  db: Drizzle,
  account: string,
  gateway: string,
  datasets: readonly Pick<Dataset, 'filters'>[],
): Promise<LogMeasures> {
  const [measures] = await db
    .select({
      total: count(),
      priced: count(logs.costNanos),
      averageCostNanos: average(sql`${logs.costNanos}`),
      averageDurationMs: average(sql`${logs.durationMs}`),
      rated: sql<number>`count(case when ${logs.feedback} <> 0 then 1 end)`,
      liked: sql<number>`count(case when ${logs.feedback} > 0 then 1 end)`,
    })
    .from(logs)
    .where(and(eq(logs.account, account), eq(logs.gateway, gateway), inAnyDataset(datasets)));
  return measures ?? NOTHING;
}

const NOTHING: LogMeasures = {
  total: 0,
  priced: 0,
  averageCostNanos: null,
  averageDurationMs: null,
  rated: 0,
  liked: 0,
};

/** PostgreSQL would answer with a decimal of any length, as text. */
function average(column: SQL): SQL<number | null> {
  return sql<number | null>`cast(avg(${column}) as double precision)`;
}
