import type { LogEntry } from '@sluice/core';

/** Where rows wait that the sink does not take, on a disk for one, so that they outlive the process. */
export interface LogSpool {
  /**
   * Keeps them behind all others. Where there is no room the oldest bodies are dropped, then the oldest rows, and
   * counted. Rejects when they could not be kept.
   */
  append(entries: readonly LogEntry[]): Promise<void>;
  /** Some of the oldest rows, which stay until they are `done`; undefined when there are none. Never rejects. */
  oldest(): Promise<SpooledRows | undefined>;
  stats(): SpoolStats;
  /** Calls `wake` whenever rows turn up that an earlier process left, or another one. */
  onFound(wake: () => void): void;
}

/** Rows that waited. */
export interface SpooledRows {
  readonly entries: readonly LogEntry[];
  /** They are in the sink and need not be kept. Never rejects: what can't be removed is written again, which changes nothing. */
  done(): Promise<void>;
}

/** What waits, and what was dropped since the start. */
export interface SpoolStats {
  readonly rows: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly droppedBodies: number;
}
