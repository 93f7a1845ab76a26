/** When each row of a seeded log came in. */
export interface Times {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The moment of row `n`. */
  at(n: number): number;
  /** The same as SQL, over a column `n`. */
  readonly sql: string;
}

/** Rows in order of time meet the templates in this stride. */
export const STRIDE = 7919;

/** Evenly over the last days, but for a wave through each day that makes its busiest hour five times its quietest. */
export function createTimes(now: number, days: number, count: number): Times {
  const length = days * DAY_MS;
  const from = now - length;
  const step = length / count;
  const wave = (0.66 * DAY_MS) / (2 * Math.PI);
  const pace = (2 * Math.PI * step) / DAY_MS;
  return {
    from,
    to: now,
    count,
    at: (n) => Math.trunc(from + n * step + wave * Math.sin(n * pace)),
    sql: `${from} + n * ${step} + ${wave} * sin(n * ${pace})`,
  };
}

const DAY_MS = 86_400_000;
