import { and, count, eq, or, sql } from 'drizzle-orm';
import type { Dataset } from './datasets.ts';
import type { Drizzle } from './drizzle.ts';
import { logCondition } from './log-condition.ts';
import { type Drive, driveOf } from './log-drive.ts';
import { createPatience } from './log-patience.ts';
import { logBy } from './log-rows.ts';
import { slicesOf } from './log-slices.ts';
import type { Dialect } from './log-sql.ts';
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

export interface MeasureScope {
  readonly db: Drizzle;
  readonly dialect: Dialect;
  readonly account: string;
  readonly gateway: string;
}

/** Adds up the rows that are in any of the datasets. A row that is in two of them counts once. Rejects with `too_many_rows`. */
export async function measureLogs(
  scope: MeasureScope,
  datasets: readonly Pick<Dataset, 'filters'>[],
): Promise<LogMeasures> {
  const patience = createPatience(PATIENCE_MS);
  let sums = NOTHING;
  // The database adds up, stretch by stretch, so that calls find their turn in between.
  const drive = driveOfAny(scope, datasets);
  for await (const { wanted, found } of slicesOf(scope.db, drive, 'desc')) {
    const [added] = await scope.db.select(SUMS).from(drive.from).where(wanted);
    if (added !== undefined) sums = joined(sums, added);
    patience.spend(found);
  }
  const { costNanos, durationMs, ...counts } = sums;
  return {
    ...counts,
    averageCostNanos: sums.priced === 0 ? null : costNanos / sums.priced,
    averageDurationMs: sums.total === 0 ? null : durationMs / sums.total,
  };
}

/** The official clients wait a minute. */
const PATIENCE_MS = 45_000;

/** An index helps one dataset. Of several, every row of the log is asked. */
function driveOfAny({ account, gateway, dialect }: MeasureScope, datasets: readonly Pick<Dataset, 'filters'>[]): Drive {
  const [only, ...others] = datasets;
  if (only !== undefined && others.length === 0) return driveOf(account, gateway, only, dialect);
  const isWhole = datasets.some(({ filters }) => filters.length === 0);
  const sets = datasets.map(({ filters }) => and(...filters.map((filter) => logCondition(filter, dialect))));
  const found = and(eq(logs.account, account), eq(logs.gateway, gateway));
  const from = logBy('logs_newest', dialect);
  return { from, found, asked: isWhole ? undefined : or(...sets), isWhole };
}

const SUMS = {
  total: count(),
  priced: count(logs.costNanos),
  costNanos: sql<number>`coalesce(sum(${logs.costNanos}), 0)`,
  durationMs: sql<number>`coalesce(sum(${logs.durationMs}), 0)`,
  // A thumb that was taken back is 0.
  rated: sql<number>`count(case when ${logs.feedback} <> 0 then 1 end)`,
  liked: sql<number>`count(case when ${logs.feedback} > 0 then 1 end)`,
};

type Sums = Readonly<Record<keyof typeof SUMS, number>>;

const NOTHING: Sums = { total: 0, priced: 0, costNanos: 0, durationMs: 0, rated: 0, liked: 0 };

function joined(a: Sums, b: Sums): Sums {
  return {
    total: a.total + b.total,
    priced: a.priced + b.priced,
    costNanos: a.costNanos + b.costNanos,
    durationMs: a.durationMs + b.durationMs,
    rated: a.rated + b.rated,
    liked: a.liked + b.liked,
  };
}
