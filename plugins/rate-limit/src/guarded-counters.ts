import type { Counters, MaybePromise } from '@sluice/core';

export interface GuardOptions {
  readonly now: () => number;
  /** Told once when the counters fall silent, and not again before they answered. */
  readonly onOutage: (cause: unknown) => void;
}

/** Nobody waits longer for counters, in milliseconds. */
const PATIENCE_MS = 1000;
/** A failure that took longer than this cost the call something, so the counters are left alone for a while. */
const QUICK_MS = 100;
const PAUSE_MS = 1000;

/**
 * Counters that may be away: what fails or takes too long becomes undefined. While they are away one question at a time
 * finds out whether they are back, and all others are answered at once.
 */
export class GuardedCounters {
  readonly #counters: Counters;
  readonly #options: GuardOptions;
  #isAway = false;
  #isProbing = false;
  #quietUntil = 0;

  constructor(counters: Counters, options: GuardOptions) {
    this.#counters = counters;
    this.#options = options;
  }

  /** Asks the counters; without a promise where they answer without one. */
  ask<T>(question: (counters: Counters) => MaybePromise<T>): MaybePromise<T | undefined> {
    if (this.#isAway) {
      if (this.#isProbing || this.#options.now() < this.#quietUntil) return undefined;
      this.#isProbing = true;
    }
    try {
      const answer = question(this.#counters);
      return answer instanceof Promise ? this.#wait(answer) : this.#answered(answer);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #wait<T>(answer: Promise<T>): Promise<T | undefined> {
    const askedAt = this.#options.now();
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`No answer within ${PATIENCE_MS} ms.`)), PATIENCE_MS);
    try {
      return this.#answered(await Promise.race([answer, late]));
    } catch (error) {
      const now = this.#options.now();
      if (now - askedAt > QUICK_MS) this.#quietUntil = now + PAUSE_MS;
      return this.#failed(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #answered<T>(answer: T): T {
    this.#isAway = false;
    this.#isProbing = false;
    return answer;
  }

  #failed(cause: unknown): undefined {
    this.#isProbing = false;
    if (this.#isAway) return;
    this.#isAway = true;
    this.#options.onOutage(cause);
  }
}
