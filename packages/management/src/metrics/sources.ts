/** What a process can tell about itself since its start. */
export interface MetricsSources {
  calls(): readonly CallCounts[];
  /** The upper bounds of `durationCounts`. */
  readonly durationBoundsMs: readonly number[];
  log(): LogCounts;
  rollups(): RollupCounts;
  /** Undefined where the runtime does not say. */
  memory?(): { readonly residentBytes: number; readonly heapBytes: number };
}

/** Calls that are alike, as `totals()` of `@sluice/plugin-analytics` has them. */
export interface CallCounts {
  readonly account: string;
  readonly gateway: string;
  readonly provider: string;
  readonly model: string;
  /** `2xx`, `4xx`, ... */
  readonly statusClass: string;
  readonly cached: boolean;
  readonly requests: number;
  readonly failures: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
  readonly costNanos: number;
  readonly savedNanos: number;
  readonly durationSumMs: number;
  /** Those of the bounds before not included. */
  readonly durationCounts: readonly number[];
}

/** The way of log rows, as `stats()` of `@sluice/plugin-logging` has it. */
export interface LogCounts {
  readonly queued: number;
  readonly queuedBytes: number;
  readonly written: number;
  readonly dropped: number;
  readonly droppedBodies: number;
  readonly failures: number;
  /** What waits on disk, where rows may. */
  readonly spooled?: number;
  readonly spooledBytes?: number;
  readonly spoolFailures?: number;
}

/** The way of roll-ups, as `stats()` of `@sluice/plugin-analytics` has it. */
export interface RollupCounts {
  readonly queued: number;
  readonly written: number;
  readonly dropped: number;
  readonly failures: number;
}
