import { OTHER } from './bounds.ts';
import { type Counted, hasFailed } from './counted.ts';

/** What this process has counted since its start, of calls that are alike. */
export interface CallTotals {
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
  /** How many calls took at most so long as each of `DURATION_BOUNDS_MS` says, those of the bounds before it not included. */
  readonly durationCounts: readonly number[];
}

/** From what an answer of the cache takes to what a long stream does. */
export const DURATION_BOUNDS_MS: readonly number[] = [
  5, 25, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000,
];

/** Totals that add up. */
export class Totals implements CallTotals {
  readonly account: string;
  readonly gateway: string;
  readonly provider: string;
  readonly model: string;
  readonly statusClass: string;
  readonly cached: boolean;
  requests = 0;
  failures = 0;
  tokensIn = 0;
  tokensOut = 0;
  cacheReadTokens = 0;
  cacheWriteTokens = 0;
  reasoningTokens = 0;
  costNanos = 0;
  savedNanos = 0;
  durationSumMs = 0;
  readonly durationCounts: number[] = DURATION_BOUNDS_MS.map(() => 0);

  constructor({ account, gateway, provider, status, cached }: Counted, model: string) {
    this.account = account;
    this.gateway = gateway;
    this.provider = provider;
    this.model = model;
    this.statusClass = classOf(status);
    this.cached = cached;
  }

  add(call: Counted): void {
    const { usage } = call;
    this.requests += 1;
    if (hasFailed(call)) this.failures += 1;
    this.tokensIn += usage.inputTokens ?? 0;
    this.tokensOut += usage.outputTokens ?? 0;
    this.cacheReadTokens += usage.cacheReadTokens ?? 0;
    this.cacheWriteTokens += usage.cacheWriteTokens ?? 0;
    this.reasoningTokens += usage.reasoningTokens ?? 0;
    this.costNanos += call.costNanos;
    this.savedNanos += call.savedNanos;
    this.durationSumMs += call.durationMs;
    const bound = DURATION_BOUNDS_MS.findIndex((ms) => call.durationMs <= ms);
    if (bound >= 0) this.durationCounts[bound] = (this.durationCounts[bound] ?? 0) + 1;
  }
}

/** All totals of a process. Past a thousand of them the models of new ones are told apart no more. */
export class TotalsBook {
  readonly #totals = new Map<string, Totals>();

  of(call: Counted): Totals {
    return this.#find(call, call.model) ?? this.#make(call, this.#totals.size < MAX_TOTALS ? call.model : OTHER);
  }

  all(): readonly CallTotals[] {
    return [...this.#totals.values()];
  }

  #find(call: Counted, model: string): Totals | undefined {
    return this.#totals.get(keyOf(call, model));
  }

  #make(call: Counted, model: string): Totals {
    const found = this.#find(call, model) ?? new Totals(call, model);
    this.#totals.set(keyOf(call, model), found);
    return found;
  }
}

const MAX_TOTALS = 1000;

function keyOf({ account, gateway, provider, status, cached }: Counted, model: string): string {
  return JSON.stringify([account, gateway, provider, model, classOf(status), cached]);
}

function classOf(status: number): string {
  return `${Math.floor(status / 100)}xx`;
}
