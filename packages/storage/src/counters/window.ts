import type { CounterDemand, CounterStanding } from '@sluice/core';

/** What is kept of the windows of one key: the newest, and the one before it. */
export interface Windows {
  /** When the newest window began, in milliseconds since 1970; a multiple of its length. */
  readonly start: number;
  readonly current: number;
  readonly previous: number;
}

/** The windows as they stand now. */
export function windowsAt(kept: Windows | undefined, now: number, length: number): Windows {
  const start = now - (now % length);
  if (kept === undefined) return { start, current: 0, previous: 0 };
  // One window ahead: another process's clock is a little faster than ours, and windows don't go back.
  if (kept.start === start || kept.start === start + length) return kept;
  return { start, current: 0, previous: kept.start === start - length ? kept.current : 0 };
}

/** The same windows with an amount more in the newest. */
export function countedIn({ start, current, previous }: Windows, amount: number): Windows {
  return { start, current: current + amount, previous };
}

/** Nothing is left to count from this moment on. */
export function windowsExpireAt({ start }: Windows, length: number): number {
  return start + 2 * length;
}

/** How a demand stands before it is counted. */
export function windowStanding(windows: Windows, demand: CounterDemand, now: number): CounterStanding {
  const used = usedAt(windows, demand, now);
  const hasRoom = isRoom(used, demand);
  const end = windows.start + demand.windowMs;
  return { hasRoom, used, resetsAt: hasRoom || demand.technique === 'fixed' ? end : roomAt(windows, demand) };
}

/** Whether this much may be used when so much is used already. */
export function isRoom(used: number, { amount, limit }: CounterDemand): boolean {
  return amount > 0 ? used + amount <= limit : used < limit;
}

function usedAt({ start, current, previous }: Windows, { technique, windowMs }: CounterDemand, now: number): number {
  if (technique === 'fixed') return current;
  const left = windowMs - Math.max(0, now - start);
  // The product first: it is a whole number, so the quotient has no rounding error where it is one too.
  return (previous * left) / windowMs + current;
}

/** When a sliding count has faded enough: in the newest window, or in the next, where it is the one before. */
function roomAt({ start, current, previous }: Windows, { amount, limit, windowMs }: CounterDemand): number {
  const free = limit - amount;
  const fades = (count: number, below: number): number | undefined => {
    if (below < 0 || (amount === 0 && below === 0)) return undefined;
    const elapsed = (windowMs * (count - below)) / count;
    return amount > 0 ? Math.ceil(elapsed) : Math.floor(elapsed) + 1;
  };
  const soon = fades(previous, free - current);
  if (soon !== undefined && soon < windowMs) return start + soon;
  const later = current > free || (amount === 0 && current === free) ? fades(current, free) : 0;
  return start + windowMs + (later ?? windowMs);
}
