import { ROLLUP_STEPS, type RollupPeriod, rollupPeriodAt } from '@sluice/storage';
import { InvalidRequest } from '../refusal.ts';
import type { Moment } from './moments.ts';

/** A stretch of time, from inclusive to exclusive, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The stretch between two moments, beginning where a step of it begins. */
export function toSpan({ from, to }: { readonly from: Moment; readonly to: Moment }, now: number): Span {
  const span = { from: from(now), to: to(now) };
  if (span.from < span.to) return span;
  throw new InvalidRequest([{ message: '"from" must be before "to".', path: ['query', 'from'] }]);
}

/** How fine the steps are: as asked for, or so that there are neither few nor very many; never finer than what is known. */
export function granularityOf({ from, to }: Span, asked: RollupPeriod | 'auto', now: number): RollupPeriod {
  const known = rollupPeriodAt(from, now);
  const wanted = asked === 'auto' ? fitting(to - from) : asked;
  return ROLLUP_STEPS[known] > ROLLUP_STEPS[wanted] ? known : wanted;
}

/** A stretch that begins with a whole step. */
export function aligned({ from, to }: Span, granularity: RollupPeriod): Span {
  return { from: from - (from % ROLLUP_STEPS[granularity]), to };
}

/** The stretch of the same length that ends where this one begins. */
export function before({ from, to }: Span): Span {
  return { from: Math.max(0, from - (to - from)), to: from };
}

function fitting(length: number): RollupPeriod {
  if (length <= 3 * ROLLUP_STEPS.hour) return 'minute';
  return length <= 7 * ROLLUP_STEPS.day ? 'hour' : 'day';
}

/** As answers show it. */
export function toTime(moment: number): string {
  return new Date(moment).toISOString();
}
