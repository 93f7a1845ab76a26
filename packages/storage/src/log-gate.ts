import type { LogEntry, MaybePromise } from '@sluice/core';
import type { LogCounts } from './log-counts.ts';
import { memoryKey } from './memory-key.ts';

/** How many rows a log may have, and what happens to those beyond. */
export interface LogPolicy {
  /** Null for no limit. */
  readonly max: number | null;
  /** Null is as `DELETE_OLDEST`. */
  readonly strategy: 'STOP_INSERTING' | 'DELETE_OLDEST' | null;
}

/** Keeps rows out of logs that are full and may not grow. */
export interface LogGate {
  /** Those that may be written. */
  admit(entries: readonly LogEntry[]): Promise<readonly LogEntry[]>;
  /** What was admitted was not written after all. */
  forget(): void;
  /** How many this process has kept out. */
  readonly refused: number;
}

export interface LogGateParts {
  readonly counts: LogCounts;
  /** From memory, since every batch asks. */
  policyOf(account: string, gateway: string): MaybePromise<LogPolicy | undefined>;
  now(): number;
}

/**
 * Asks how long a log is every few seconds and counts on by itself in between: several processes together may write a
 * few seconds' rows too many.
 */
export function createLogGate({ counts, policyOf, now }: LogGateParts): LogGate {
  const known = new Map<string, Fill>();
  let refused = 0;
  const roomOf = async (account: string, gateway: string): Promise<Fill | undefined> => {
    const policy = await policyOf(account, gateway);
    const key = memoryKey(account, gateway);
    if (policy?.strategy !== 'STOP_INSERTING' || policy.max === null) {
      known.delete(key);
      return undefined;
    }
    const before = known.get(key);
    if (before?.max === policy.max && now() < before.freshUntil) return before;
    const room = policy.max - (await counts.total(account, gateway));
    const fill = { max: policy.max, room, freshUntil: now() + FRESH_MS };
    known.set(key, fill);
    return fill;
  };
  return {
    forget: () => known.clear(),
    get refused() {
      return refused;
    },
    async admit(entries) {
      const admitted: LogEntry[] = [];
      for (const [account, gateway, rows] of byLog(entries)) {
        const fill = await roomOf(account, gateway);
        if (fill === undefined) {
          admitted.push(...rows);
          continue;
        }
        const some = rows.slice(0, Math.max(0, fill.room));
        fill.room -= some.length;
        refused += rows.length - some.length;
        admitted.push(...some);
      }
      return admitted;
    },
  };
}

interface Fill {
  readonly max: number;
  readonly freshUntil: number;
  /** How many rows still fit. */
  room: number;
}

const FRESH_MS = 5000;

function byLog(entries: readonly LogEntry[]): [account: string, gateway: string, rows: LogEntry[]][] {
  const groups = new Map<string, [string, string, LogEntry[]]>();
  for (const entry of entries) {
    const { account, gateway } = entry.record;
    const key = memoryKey(account, gateway);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [account, gateway, [entry]]);
    else group[2].push(entry);
  }
  return [...groups.values()];
}
