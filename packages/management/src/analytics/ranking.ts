import type { Sum } from './measures.ts';

/** What a list can be ordered by, the greatest first. */
export type Metric = (typeof METRICS)[number];

/** The names of all of them. */
export const METRICS = [
  'requests',
  'errors',
  'error_rate',
  'cached_requests',
  'cache_rate',
  'tokens_in',
  'tokens_out',
  'cost',
  'saved_cost',
  'duration_p50',
  'duration_p95',
  'duration_p99',
  'time_to_first_chunk_p95',
] as const;

/** How much of it there is. */
export const WEIGHTS: Readonly<Record<Metric, (sum: Sum) => number>> = {
  requests: (sum) => sum.requests,
  errors: (sum) => sum.failures,
  error_rate: (sum) => sum.failures / sum.requests,
  cached_requests: (sum) => sum.cachedRequests,
  cache_rate: (sum) => sum.cachedRequests / sum.requests,
  tokens_in: (sum) => sum.tokensIn,
  tokens_out: (sum) => sum.tokensOut,
  cost: (sum) => sum.costNanos,
  saved_cost: (sum) => sum.savedNanos,
  duration_p50: ({ durations }) => durations.quantile(0.5) ?? 0,
  duration_p95: ({ durations }) => durations.quantile(0.95) ?? 0,
  duration_p99: ({ durations }) => durations.quantile(0.99) ?? 0,
  time_to_first_chunk_p95: ({ firstChunks }) => firstChunks.quantile(0.95) ?? 0,
};

/** Whether parts of it add up, so that each has a share of the whole. */
export function addsUp(metric: Metric): boolean {
  return !/_rate$|_p\d\d$/.test(metric);
}
