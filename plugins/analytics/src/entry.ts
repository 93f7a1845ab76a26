import { type RollupSums, Sketch } from '@sluice/core';
import { type Counted, hasFailed } from './counted.ts';
import type { Totals } from './totals.ts';

/** Calls that are alike, adding up. */
export class Entry {
  requests = 0;
  failures = 0;
  cachedRequests = 0;
  tokensIn = 0;
  tokensOut = 0;
  cacheReadTokens = 0;
  cacheWriteTokens = 0;
  reasoningTokens = 0;
  costNanos = 0;
  savedNanos = 0;
  readonly durations: Sketch = new Sketch();
  readonly firstChunks: Sketch = new Sketch();
  /** How many of its requests are in the store. */
  stored = 0;
  /** Where the same calls add up for as long as the process lives; only for calls themselves, not for their metadata. */
  readonly totals: Totals | undefined;

  constructor(totals?: Totals) {
    this.totals = totals;
  }

  add(call: Counted): void {
    const { usage } = call;
    this.requests += 1;
    if (hasFailed(call)) this.failures += 1;
    if (call.cached) this.cachedRequests += 1;
    this.tokensIn += usage.inputTokens ?? 0;
    this.tokensOut += usage.outputTokens ?? 0;
    this.cacheReadTokens += usage.cacheReadTokens ?? 0;
    this.cacheWriteTokens += usage.cacheWriteTokens ?? 0;
    this.reasoningTokens += usage.reasoningTokens ?? 0;
    this.costNanos += call.costNanos;
    this.savedNanos += call.savedNanos;
    this.durations.add(call.durationMs);
    if (call.firstChunkMs !== null) this.firstChunks.add(call.firstChunkMs);
    this.totals?.add(call);
  }

  sums(): RollupSums {
    return {
      requests: this.requests,
      failures: this.failures,
      tokensIn: this.tokensIn,
      tokensOut: this.tokensOut,
      cacheReadTokens: this.cacheReadTokens,
      cacheWriteTokens: this.cacheWriteTokens,
      reasoningTokens: this.reasoningTokens,
      costNanos: this.costNanos,
      savedNanos: this.savedNanos,
    };
  }
}
