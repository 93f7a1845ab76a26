import { type RollupSums, Sketch } from '@sluice/core';
import type { RollupGroup } from '@sluice/storage';

/** What groups come to together. */
export type Sum = Omit<RollupGroup, 'start' | 'key'>;

/** Groups added up; nothing at all for none. */
export function addUp(groups: Iterable<Sum>): Sum {
  const sum = { ...NOTHING, durations: new Sketch(), firstChunks: new Sketch() };
  for (const group of groups) {
    for (const name of NAMES) sum[name] += group[name];
    sum.durations.addAll(group.durations);
    sum.firstChunks.addAll(group.firstChunks);
  }
  return sum;
}

/** What an answer shows of calls: money in US dollars, times in milliseconds, shares from 0 to 1. */
export interface Measures {
  readonly requests: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly cached_requests: number;
  readonly cache_rate: number | null;
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost: number;
  readonly saved_cost: number;
  readonly duration: Spread | null;
  readonly time_to_first_chunk: Spread | null;
}

/** How times are spread; the average is exact, the others are within 1 %. */
export interface Spread {
  readonly avg: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The same as an answer of the API shows it. */
export function toMeasures(sum: Sum): Measures {
  return {
    requests: sum.requests,
    errors: sum.failures,
    error_rate: share(sum.failures, sum.requests),
    cached_requests: sum.cachedRequests,
    cache_rate: share(sum.cachedRequests, sum.requests),
    tokens_in: sum.tokensIn,
    tokens_out: sum.tokensOut,
    cache_read_tokens: sum.cacheReadTokens,
    cache_write_tokens: sum.cacheWriteTokens,
    reasoning_tokens: sum.reasoningTokens,
    cost: sum.costNanos / 1e9,
    saved_cost: sum.savedNanos / 1e9,
    duration: toSpread(sum.durations),
    time_to_first_chunk: toSpread(sum.firstChunks),
  };
}

/** Null where there is nothing to take a share of. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

const NOTHING = {
  requests: 0,
  failures: 0,
  tokensIn: 0,
  tokensOut: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  costNanos: 0,
  savedNanos: 0,
  cachedRequests: 0,
} satisfies RollupSums & { cachedRequests: number };

const NAMES = Object.keys(NOTHING) as (keyof typeof NOTHING)[];

function toSpread(sketch: Sketch): Spread | null {
  if (sketch.count === 0) return null;
  const at = (q: number): number => Math.round((sketch.quantile(q) ?? 0) * 10) / 10;
  return { avg: Math.round((sketch.sum / sketch.count) * 10) / 10, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
