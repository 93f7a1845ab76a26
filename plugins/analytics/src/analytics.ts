import type { Plugin, RollupSink } from '@sluice/core';
import { toCounted } from './counted.ts';
import { type AnalyticsStats, RollupWriter, type Timer } from './rollup-writer.ts';
import type { CallTotals } from './totals.ts';

export interface AnalyticsOptions {
  /** Where the sums of each minute go. */
  readonly sink: RollupSink;
  /**
   * How long a sum may wait to be written, in milliseconds. With 0 each call writes what it changed inside its `waitUntil`:
   * what Workers need, where nothing may outlive its call.
   */
  readonly flushIntervalMs?: number;
  /** How many sums are held while the sink can't take them. Past it the oldest minute is given up. */
  readonly maxRows?: number;
  /** Waits in place of the platform's timers. */
  readonly timer?: Timer;
}

/** The plugin, and what it has counted so far. One of them serves one gateway. */
export interface AnalyticsPlugin extends Plugin {
  /** Counts of rows since the start. */
  stats(): AnalyticsStats;
  /** What this process alone has counted since its start. */
  totals(): readonly CallTotals[];
}

/** Adds up all calls by the minute, whether they leave a row in the log or not, without ever slowing one down. */
export function analytics(options: AnalyticsOptions): AnalyticsPlugin {
  const { sink, flushIntervalMs = 1000, maxRows = 20_000, timer = platformTimer } = options;
  let writer: RollupWriter | undefined;
  return {
    name: 'analytics',
    stage: 'observe',
    setup: (host) => {
      const made = new RollupWriter({ sink, flushIntervalMs, maxRows, timer, host });
      writer = made;
      return {
        end: (call, outcome) => made.add(toCounted(call, outcome)),
        close: () => made.close(),
      };
    },
    stats: () => writer?.stats() ?? NOTHING_DONE,
    totals: () => writer?.totals.all() ?? [],
  };
}

const NOTHING_DONE: AnalyticsStats = { queued: 0, written: 0, dropped: 0, failures: 0 };

const platformTimer: Timer = (task, ms) => {
  const id = setTimeout(task, ms);
  return () => clearTimeout(id);
};
