import type { CounterDemand, CounterStanding, CounterVerdict } from '@sluice/core';
import { type Slots, slotStanding, slotsAt, slotsExpireAt, withoutLease, withSlot } from './slots.ts';
import { countedIn, type Windows, windowStanding, windowsAt, windowsExpireAt } from './window.ts';

/** What is kept under one key: plain data, so that it can be written as JSON. */
export type CounterState = Windows | Slots;

/** Where counts are kept. Whoever decides holds it alone, from the first `get` to the last `set`. */
export interface Ledger {
  get(key: string): CounterState | undefined;
  set(key: string, state: CounterState, expiresAt: number): void;
}

export interface TakeOptions {
  readonly now: number;
  readonly lease: string;
}

/** The key of what a demand counts. Other lengths are other counts, so that a changed limit starts afresh. */
export function ledgerKey({ key, technique, windowMs }: CounterDemand): string {
  return `${technique === 'concurrent' ? 'c' : 'w'}${windowMs}:${key}`;
}

/** Counts every demand, or none of them. */
export function take(ledger: Ledger, demands: readonly CounterDemand[], options: TakeOptions): CounterVerdict {
  const asked = demands.map((demand) => question(ledger, demand, options.now));
  if (asked.some(({ standing }) => !standing.hasRoom)) {
    return { allowed: false, standings: asked.map(({ standing }) => standing) };
  }
  for (const each of asked) count(ledger, each, options);
  return { allowed: true, standings: asked.map(({ standing, demand }) => counted(standing, demand)) };
}

/** Counts what was used, room or not. */
export function add(ledger: Ledger, demands: readonly CounterDemand[], now: number): void {
  for (const demand of demands) {
    if (demand.technique !== 'concurrent') count(ledger, question(ledger, demand, now), { now, lease: '' });
  }
}

/** Gives back the slots of a lease. */
export function release(ledger: Ledger, demands: readonly CounterDemand[], { now, lease }: TakeOptions): void {
  for (const demand of demands) {
    if (demand.technique !== 'concurrent') continue;
    const key = ledgerKey(demand);
    const held = slotsAt(ledger.get(key) as Slots | undefined, now);
    const rest = withoutLease(held, lease);
    if (rest.length < held.length) ledger.set(key, rest, slotsExpireAt(rest));
  }
}

type Question = SlotQuestion | WindowQuestion;

interface SlotQuestion {
  readonly type: 'slots';
  readonly key: string;
  readonly demand: CounterDemand;
  readonly state: Slots;
  readonly standing: CounterStanding;
}

interface WindowQuestion {
  readonly type: 'windows';
  readonly key: string;
  readonly demand: CounterDemand;
  readonly state: Windows;
  readonly standing: CounterStanding;
}

function question(ledger: Ledger, demand: CounterDemand, now: number): Question {
  const key = ledgerKey(demand);
  const kept = ledger.get(key);
  if (demand.technique === 'concurrent') {
    const state = slotsAt(kept as Slots | undefined, now);
    return { type: 'slots', key, demand, state, standing: slotStanding(state, demand, now) };
  }
  const state = windowsAt(kept as Windows | undefined, now, demand.windowMs);
  return { type: 'windows', key, demand, state, standing: windowStanding(state, demand, now) };
}

function count(ledger: Ledger, asked: Question, { now, lease }: TakeOptions): void {
  const { key, demand } = asked;
  if (demand.amount === 0) return;
  if (asked.type === 'slots') {
    const slots = withSlot(asked.state, lease, demand, now);
    ledger.set(key, slots, slotsExpireAt(slots));
  } else {
    const windows = countedIn(asked.state, demand.amount);
    ledger.set(key, windows, windowsExpireAt(windows, demand.windowMs));
  }
}

function counted({ hasRoom, used, resetsAt }: CounterStanding, { amount }: CounterDemand): CounterStanding {
  return { hasRoom, used: used + amount, resetsAt };
}
