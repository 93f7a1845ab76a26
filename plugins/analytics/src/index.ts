export { type AnalyticsOptions, type AnalyticsPlugin, analytics } from './analytics.ts';
export { OTHER } from './bounds.ts';
export type { AnalyticsStats, Timer } from './rollup-writer.ts';
export { type CallTotals, DURATION_BOUNDS_MS } from './totals.ts';
