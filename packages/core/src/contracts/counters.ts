import type { MaybePromise } from './call.ts';

/**
 * Counts that many processes share. Atomic by contract, which a `get` and a `set` can never be: whoever asks at the same
 * moment, never more than the limit gets through. `now` is the caller's clock, in milliseconds since 1970.
 */
export interface Counters {
  /** Counts every demand when all of them have room, and none of them otherwise. `lease` names the call that takes a slot. */
  take(demands: readonly CounterDemand[], options: { now: number; lease: string }): MaybePromise<CounterVerdict>;
  /** Counts what was used, room or not. Not for `concurrent` demands. */
  add(demands: readonly CounterDemand[], options: { now: number }): MaybePromise<void>;
  /** Gives back the slots that this lease took with these `concurrent` demands. Safe to call twice. */
  release(demands: readonly CounterDemand[], options: { now: number; lease: string }): MaybePromise<void>;
  close?(): MaybePromise<void>;
}

export interface CounterDemand {
  /** What is counted; any text. */
  readonly key: string;
  readonly limit: number;
  /** The length of a window, or for `concurrent` how long a slot is held at most when nobody gives it back. Milliseconds. */
  readonly windowMs: number;
  /**
   * `fixed`: windows begin at multiples of their length since 1970. `sliding`: the weighted sum of the current such
   * window and the one before, `previous × (1 − elapsed / length) + current`. `concurrent`: slots held at the moment.
   */
  readonly technique: 'fixed' | 'sliding' | 'concurrent';
  /** There is room when what is used plus this stays within the limit. 0 asks for room for anything at all. */
  readonly amount: number;
}

export interface CounterVerdict {
  readonly allowed: boolean;
  /** One for each demand, in order. */
  readonly standings: readonly CounterStanding[];
}

export interface CounterStanding {
  /** Whether this demand had room. */
  readonly hasRoom: boolean;
  /** What is counted now, this demand included when all were allowed. */
  readonly used: number;
  /** When there is room again for the amount (if there was none), else when the current window ends. Milliseconds since 1970. */
  readonly resetsAt: number;
}
