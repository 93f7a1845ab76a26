import type { CounterDemand, CounterStanding } from '@sluice/core';
import { isRoom } from './window.ts';

/** The slots of one key that are held: lease, how many, until when. The first to run out stands first. */
export type Slots = readonly Slot[];
export type Slot = readonly [lease: string, amount: number, until: number];

/** Without those that nobody gave back in time. */
export function slotsAt(kept: Slots | undefined, now: number): Slots {
  if (kept === undefined) return [];
  return kept.some(([, , until]) => until <= now) ? kept.filter(([, , until]) => until > now) : kept;
}

export function withSlot(slots: Slots, lease: string, { amount, windowMs }: CounterDemand, now: number): Slots {
  return amount === 0 ? slots : [...withoutLease(slots, lease), [lease, amount, now + windowMs]];
}

export function withoutLease(slots: Slots, lease: string): Slots {
  return slots.filter(([holder]) => holder !== lease);
}

/** Nothing is held any more from this moment on, whoever forgets to give back. */
export function slotsExpireAt(slots: Slots): number {
  return slots.reduce((last, [, , until]) => Math.max(last, until), 0);
}

/** How a demand stands before its slot is taken. */
export function slotStanding(slots: Slots, demand: CounterDemand, now: number): CounterStanding {
  const used = slots.reduce((sum, [, amount]) => sum + amount, 0);
  const hasRoom = isRoom(used, demand);
  return { hasRoom, used, resetsAt: hasRoom ? now + demand.windowMs : roomAt(slots, used, demand, now) };
}

/** When enough slots have run out at the latest. */
function roomAt(slots: Slots, used: number, demand: CounterDemand, now: number): number {
  let left = used;
  for (const [, amount, until] of slots) {
    left -= amount;
    if (isRoom(left, demand)) return until;
  }
  return now + demand.windowMs;
}
