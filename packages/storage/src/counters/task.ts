import type { CounterDemand, CounterVerdict } from '@sluice/core';
import { add, type Ledger, release, take } from './decide.ts';

/** One call of `Counters` as data, for those who carry it out elsewhere or later. */
export type CounterTask =
  | {
      readonly type: 'take' | 'release';
      readonly demands: readonly CounterDemand[];
      readonly now: number;
      readonly lease: string;
    }
  | { readonly type: 'add'; readonly demands: readonly CounterDemand[]; readonly now: number };

/** Carries a task out; the verdict is that of a `take`. */
export function perform(ledger: Ledger, task: CounterTask): CounterVerdict | undefined {
  switch (task.type) {
    case 'take':
      return take(ledger, task.demands, task);
    case 'add':
      return void add(ledger, task.demands, task.now);
    case 'release':
      return void release(ledger, task.demands, task);
  }
}

/** Counters whose work is done by a function of tasks. */
export function countersOf(carryOut: (task: CounterTask) => Promise<CounterVerdict | undefined>): {
  take(demands: readonly CounterDemand[], options: { now: number; lease: string }): Promise<CounterVerdict>;
  add(demands: readonly CounterDemand[], options: { now: number }): Promise<void>;
  release(demands: readonly CounterDemand[], options: { now: number; lease: string }): Promise<void>;
} {
  return {
    async take(demands, { now, lease }) {
      const verdict = await carryOut({ type: 'take', demands, now, lease });
      if (verdict === undefined) throw new Error('The counters gave no verdict.');
      return verdict;
    },
    async add(demands, { now }) {
      await carryOut({ type: 'add', demands, now });
    },
    async release(demands, { now, lease }) {
      await carryOut({ type: 'release', demands, now, lease });
    },
  };
}
