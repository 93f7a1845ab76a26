import type { LogEntry, MaybePromise } from '@sluice/core';

/** A row on its way to the sink. */
export interface QueuedEntry {
  entry: LogEntry;
  /** What it holds in memory. */
  bytes: number;
  /** How many rows had been written when the sink last refused this one alone. */
  refusedAt: number | null;
}

/** Rows that wait for the sink. Those that were taken are settled or put back. */
export interface RowSource {
  /** The oldest rows: up to `maxRows` and `maxBytes`, but at least one if there are any. */
  take(maxRows: number, maxBytes: number): MaybePromise<readonly QueuedEntry[]>;
  /** They were written, or given up. */
  settle(taken: readonly QueuedEntry[]): MaybePromise<void>;
  /** They could not be written, and wait in front of the others or behind them. */
  putBack(taken: readonly QueuedEntry[], where: 'front' | 'back'): void;
}
