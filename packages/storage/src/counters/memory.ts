import type { Counters } from '@sluice/core';
import { add, type CounterState, type Ledger, release, take } from './decide.ts';

export interface MemoryCountersOptions {
  /** So many keys are kept at most; past it the one that was counted longest ago is forgotten. 100,000 unless set. */
  readonly maxKeys?: number;
}

/** Counts of one process, gone with it. They answer at once, without a promise. */
export function memoryCounters({ maxKeys = 100_000 }: MemoryCountersOptions = {}): Counters {
  const ledger = new MemoryLedger(maxKeys);
  return {
    take(demands, options) {
      ledger.now = options.now;
      return take(ledger, demands, options);
    },
    add(demands, { now }) {
      ledger.now = now;
      add(ledger, demands, now);
    },
    release: (demands, options) => release(ledger, demands, options),
  };
}

interface Entry {
  readonly state: CounterState;
  readonly expiresAt: number;
}

/** Least recently counted first. What has expired goes bit by bit, a look at two entries with each that is written. */
class MemoryLedger implements Ledger {
  now = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #maxKeys: number;
  #walk: Iterator<[string, Entry], undefined> = this.#entries.entries();

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  get(key: string): CounterState | undefined {
    return this.#entries.get(key)?.state;
  }

  set(key: string, state: CounterState, expiresAt: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { state, expiresAt });
    this.#tidy();
    this.#tidy();
    if (this.#entries.size > this.#maxKeys) this.#forgetOldest();
  }

  #tidy(): void {
    const { done, value } = this.#walk.next();
    if (done) this.#walk = this.#entries.entries();
    else if (value[1].expiresAt <= this.now) this.#entries.delete(value[0]);
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
