/** How long the time is that one row stands for, in milliseconds. */
export const ROLLUP_STEPS: { readonly minute: number; readonly hour: number; readonly day: number } = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** `minute`, `hour` or `day`; all of them in UTC. */
export type RollupPeriod = keyof typeof ROLLUP_STEPS;

/** The finest period that is known of a moment: minutes for six hours, hours for seven days, days for good. */
export function rollupPeriodAt(moment: number, now: number): RollupPeriod {
  if (moment >= keptSince('minute', now)) return 'minute';
  return moment >= keptSince('hour', now) ? 'hour' : 'day';
}

/** Rows of minutes or hours before this moment are merged and may go. */
export function keptSince(period: 'minute' | 'hour', now: number): number {
  return period === 'minute'
    ? startOf('hour', now - 6 * ROLLUP_STEPS.hour)
    : startOf('day', now - 7 * ROLLUP_STEPS.day);
}

/**
 * Rows of minutes or hours before this moment are to be merged. An hour waits one more for who writes late, and a day until
 * its last hours are merged.
 */
export function mergedBefore(period: 'minute' | 'hour', now: number): number {
  return period === 'minute' ? startOf('hour', now - ROLLUP_STEPS.hour) : startOf('day', now - 3 * ROLLUP_STEPS.hour);
}

/** When the period began that a moment is in. */
export function startOf(period: RollupPeriod, moment: number): number {
  return moment - (moment % ROLLUP_STEPS[period]);
}
