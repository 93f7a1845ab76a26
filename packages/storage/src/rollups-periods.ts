/** How long the time is that one row stands for, in milliseconds. */
export const ROLLUP_STEPS: { readonly minute: number; readonly hour: number; readonly day: number } = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** `minute`, `hour` or `day`; all of them in UTC. */
export type RollupPeriod = keyof typeof ROLLUP_STEPS;

/** Hours that are whole and older than this are rows of hours; whole days that are older than that, rows of days. */
const MINUTES_KEPT_MS = 4 * ROLLUP_STEPS.hour;
const HOURS_KEPT_MS = 7 * ROLLUP_STEPS.day;

/** Before this moment there are no rows of this period any more, or there soon will be none. */
export function rollupHorizon(period: 'minute' | 'hour', now: number): number {
  return period === 'minute'
    ? startOf('hour', now - MINUTES_KEPT_MS)
    : // An hour is never younger than the day it will be part of.
      startOf('day', now - HOURS_KEPT_MS);
}

/** The finest period that is known of a moment. */
export function rollupPeriodAt(moment: number, now: number): RollupPeriod {
  if (moment >= rollupHorizon('minute', now)) return 'minute';
  return moment >= rollupHorizon('hour', now) ? 'hour' : 'day';
}

/** When the period began that a moment is in. */
export function startOf(period: RollupPeriod, moment: number): number {
  return moment - (moment % ROLLUP_STEPS[period]);
}
