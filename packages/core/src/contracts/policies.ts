/** Traffic policies of a gateway beyond the published fields. Everything is optional; absent means the default of the plugin. */
export interface TrafficPolicies {
  readonly cache?: CachePolicy;
  /** Checked together with the gateway's published limit; a call passes when all of them have room. */
  readonly rateLimits?: readonly RateLimitRule[];
  readonly retry?: RetryPolicy;
  /** For each limit the first rule counts that matches the call's model and names it. */
  readonly timeouts?: readonly TimeoutRule[];
  readonly breaker?: BreakerPolicy;
}

export interface CachePolicy {
  /** Streamed calls are answered from the cache and kept in it as others are; true unless set. */
  readonly streams?: boolean;
  /** For so many seconds behind its lifetime an answer is still served while a fresh one is fetched; 0 unless set. */
  readonly staleWhileRevalidateSeconds?: number;
}

export interface RateLimitRule {
  /** Stable: the counts belong to it. */
  readonly id: string;
  readonly unit: 'requests' | 'tokens' | 'concurrency';
  readonly limit: number;
  /** Needed by `requests` and `tokens`. */
  readonly intervalSeconds?: number;
  /** `fixed` unless set. */
  readonly technique?: 'fixed' | 'sliding';
  /** One count for each value of this: `token`, `ip`, `metadata.{key}` or `header.{name}`. Absent: one for the whole gateway. */
  readonly per?: string;
}

export interface RetryPolicy {
  /** HTTP statuses that are worth another try; 408, 409, 429 and 500 to 599 unless set. */
  readonly statuses?: readonly number[];
  /** Bounds all tries of a call, steps of a fallback together, but for the first of each step; 10 unless set. */
  readonly maxTotalAttempts?: number;
  /** No try begins later than this after the call came in, in milliseconds; 120,000 unless set. */
  readonly maxTotalMs?: number;
}

export interface TimeoutRule {
  /** `{provider}/{model}`, with `*` for any text; every model when absent. */
  readonly model?: string;
  /** To the head of the answer, in milliseconds. */
  readonly firstByteMs?: number;
  /** To the first event of a stream, in milliseconds. A ping or a start event is a sign of life and counts. */
  readonly firstTokenMs?: number;
  /** Between two pieces of an answer, in milliseconds. */
  readonly idleMs?: number;
  /** For the whole call, tries and answer together, in milliseconds. */
  readonly totalMs?: number;
}

export interface BreakerPolicy {
  /** False never opens a circuit. */
  readonly enabled?: boolean;
  /** So many failures in a row open the circuit; 5 unless set. */
  readonly failures?: number;
  /** How long an open circuit waits before one call may try again, in seconds; 30 unless set. */
  readonly openSeconds?: number;
  /** Refuse at once even where nothing else can answer the call; false unless set, and such a call is tried all the same. */
  readonly failFast?: boolean;
}
