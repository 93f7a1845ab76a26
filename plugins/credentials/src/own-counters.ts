import type { CounterDemand, Counters } from '@sluice/core';

/** Counts fixed windows in this process alone, for a plugin that was given no counters. */
export function ownCounters(): Pick<Counters, 'take'> {
  const windows = new Map<string, { start: number; used: number }>();
  return {
    take(demands, { now }) {
      const standings = demands.map((demand) => {
        const window = windowOf(demand, now);
        const hasRoom = window.used + demand.amount <= demand.limit;
        if (hasRoom) window.used += demand.amount;
        return { hasRoom, used: window.used, resetsAt: window.start + demand.windowMs };
      });
      return { allowed: standings.every(({ hasRoom }) => hasRoom), standings };
    },
  };

  function windowOf({ key, windowMs }: CounterDemand, now: number): { start: number; used: number } {
    const start = now - (now % windowMs);
    const known = windows.get(key);
    if (known?.start === start) return known;
    const fresh = { start, used: 0 };
    windows.set(key, fresh);
    return fresh;
  }
}
