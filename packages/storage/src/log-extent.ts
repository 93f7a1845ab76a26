import { type SQL, sql } from 'drizzle-orm';
import type { Drizzle } from './drizzle.ts';
import type { Drive } from './log-drive.ts';
import { slicesOf } from './log-slices.ts';
import { logs } from './schema/sqlite.ts';

/** The smallest and the greatest values of rows; null where no row has one. */
export interface LogExtent {
  readonly costNanos: Range;
  readonly durationMs: Range;
  readonly tokensIn: Range;
  readonly tokensOut: Range;
  readonly totalTokens: Range;
  /** Only the newest rows were looked at: there were too many. */
  readonly isPartial?: true;
}

export interface Range {
  readonly min: number | null;
  readonly max: number | null;
}

/** Looks at every row of a selection, the newest first, for so long. */
export async function measureExtent(db: Drizzle, drive: Drive, patienceMs: number): Promise<LogExtent> {
  const began = performance.now();
  let extent: LogExtent = everyMeasure(() => NO_RANGE);
  for await (const slice of slicesOf(db, drive, 'desc')) {
    const [measured] = await db.select(MEASURES).from(drive.from).where(slice.wanted);
    if (measured !== undefined) extent = joined(extent, measured);
    if (slice.found !== undefined && performance.now() - began > patienceMs) return { ...extent, isPartial: true };
  }
  return extent;
}

type Measure = Exclude<keyof LogExtent, 'isPartial'>;

const VALUES: Readonly<Record<Measure, SQL>> = {
  costNanos: sql`${logs.costNanos}`,
  durationMs: sql`${logs.durationMs}`,
  tokensIn: sql`${logs.tokensIn}`,
  tokensOut: sql`${logs.tokensOut}`,
  totalTokens: sql`coalesce(${logs.tokensIn} + ${logs.tokensOut}, ${logs.tokensIn}, ${logs.tokensOut})`,
};

const NO_RANGE: Range = { min: null, max: null };

const MEASURES = everyMeasure((measure) => ({
  min: sql<number | null>`min(${VALUES[measure]})`,
  max: sql<number | null>`max(${VALUES[measure]})`,
}));

function joined(a: LogExtent, b: LogExtent): LogExtent {
  return everyMeasure((measure) => ({
    min: chosen(Math.min, a[measure].min, b[measure].min),
    max: chosen(Math.max, a[measure].max, b[measure].max),
  }));
}

function everyMeasure<T>(of: (measure: Measure) => T): Record<Measure, T> {
  return {
    costNanos: of('costNanos'),
    durationMs: of('durationMs'),
    tokensIn: of('tokensIn'),
    tokensOut: of('tokensOut'),
    totalTokens: of('totalTokens'),
  };
}

function chosen(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}
