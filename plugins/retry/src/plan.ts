import type { Call } from '@sluice/core';

/** How often a call may be tried, and how long it waits in between. */
export interface Plan {
  /** All tries, the first included. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly delayMs: number;
  readonly backoff: Backoff;
}

export type Backoff = 'constant' | 'linear' | 'exponential';

export const LONGEST_DELAY_MS = 60_000;

/** What the client asks for goes before what the gateway is set to; what makes no sense counts as not said. */
export function planOf({ options, gateway }: Call): Plan {
  const attempts = whole(options.get('max-attempts'), 1) ?? gateway.retryMaxAttempts ?? 1;
  const delayMs = whole(options.get('retry-delay'), 0) ?? gateway.retryDelay ?? DEFAULT_DELAY_MS;
  const backoff = toBackoff(options.get('backoff')) ?? gateway.retryBackoff ?? 'exponential';
  return { attempts: Math.min(attempts, MOST_ATTEMPTS), delayMs: Math.min(delayMs, LONGEST_DELAY_MS), backoff };
}

/** How long to wait behind the nth try, counted from one: half of what the formula says at least, all of it at most. */
export function delayAfter(nth: number, { delayMs, backoff }: Plan, random: () => number): number {
  const full = Math.min(delayMs * GROWTH[backoff](nth), LONGEST_DELAY_MS);
  return Math.round(full * (0.5 + random() / 2));
}

const MOST_ATTEMPTS = 5;
const DEFAULT_DELAY_MS = 500;

const GROWTH: Readonly<Record<Backoff, (nth: number) => number>> = {
  constant: () => 1,
  linear: (nth) => nth,
  exponential: (nth) => 2 ** (nth - 1),
};

function whole(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Number(text) < least ? undefined : Number(text);
}

function toBackoff(text: string | undefined): Backoff | undefined {
  return text === 'constant' || text === 'linear' || text === 'exponential' ? text : undefined;
}
