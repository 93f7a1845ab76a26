import { and, eq, isNotNull } from 'drizzle-orm';
import type { SqlDatabase } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import type { LogCounts } from './log-counts.ts';
import type { LogPolicy } from './log-gate.ts';
import { dropEmptyDays, dropOldestDay } from './log-partitions.ts';
import { deleteRows, SLICE_ROWS } from './log-removal.ts';
import { breath, inOrder } from './log-slices.ts';
import { gateways, logs } from './schema/sqlite.ts';

/** Keeps logs as short as their gateways say. Call it from time to time; several processes may do so at once. */
export interface LogKeeper {
  /** Deletes the oldest rows beyond the limit, with their bodies, and says how many went. Those who write go first. */
  retain(account: string, gateway: string, policy: LogPolicy, limits?: RetainLimits): Promise<number>;
  /** The same for every gateway there is. */
  retainAll(limits?: RetainLimits): Promise<number>;
}

export interface RetainLimits {
  /** At most so many rows, for where time is short. */
  readonly maxRows?: number;
  /** Ends it after the rows that are being deleted. */
  readonly signal?: AbortSignal;
}

export interface LogKeeperParts {
  readonly database: SqlDatabase;
  readonly db: Drizzle;
  readonly counts: LogCounts;
  now(): number;
}

/** A keeper that rests as long as it has worked. */
export function createLogKeeper({ database, db, counts, now }: LogKeeperParts): LogKeeper {
  const { dialect } = database;
  const dropDay = async (account: string, gateway: string, most: number): Promise<number> =>
    dialect === 'postgres' && most >= WORTH_A_DAY ? dropOldestDay(database, { account, gateway, most, now: now() }) : 0;
  const deleteSome = async (account: string, gateway: string, ids: readonly string[]): Promise<number> => {
    await deleteRows(database, account, gateway, ids);
    return ids.length;
  };
  const retain: LogKeeper['retain'] = async (account, gateway, { max, strategy }, limits = {}) => {
    const { maxRows = Number.POSITIVE_INFINITY, signal } = limits;
    const isKept = max === null || strategy === 'STOP_INSERTING';
    let removed = 0;
    let surplus = 0;
    for (let slices = 0; !isKept && removed < maxRows && signal?.aborted !== true; slices++) {
      const began = performance.now();
      // Asked for before they are counted: who has deleted the same ones meanwhile has made the log shorter.
      const oldest = await oldestIds(db, account, gateway);
      if (surplus <= 0 || slices % SLICES_PER_COUNT[dialect] === 0)
        surplus = (await counts.total(account, gateway)) - max;
      if (surplus <= 0 || oldest.length === 0) break;
      const most = Math.min(surplus, maxRows - removed);
      const gone =
        (await dropDay(account, gateway, most)) || (await deleteSome(account, gateway, oldest.slice(0, most)));
      removed += gone;
      surplus -= gone;
      await breath(performance.now() - began);
    }
    return removed;
  };
  return {
    retain,
    async retainAll(limits = {}) {
      let removed = 0;
      for (const { account, gateway, ...policy } of await bounded(db)) {
        if (limits.signal?.aborted === true) break;
        const maxRows = (limits.maxRows ?? Number.POSITIVE_INFINITY) - removed;
        removed += await retain(account, gateway, policy, { ...limits, maxRows });
      }
      if (dialect === 'postgres') await dropEmptyDays(database, now());
      return removed;
    },
  };
}

/** Counting keeps SQLite's thread busy; it has few writers, who don't delete the same rows between two counts. */
const SLICES_PER_COUNT = { sqlite: 10, postgres: 1 };

/** Looking whether a whole day can go is more work than deleting fewer rows. */
const WORTH_A_DAY = 5000;

/** Every gateway whose log has an end. */
function bounded(db: Drizzle): Promise<(LogPolicy & { account: string; gateway: string })[]> {
  return db
    .select({
      account: gateways.account,
      gateway: gateways.id,
      max: gateways.logManagement,
      strategy: gateways.logManagementStrategy,
    })
    .from(gateways)
    .where(isNotNull(gateways.logManagement));
}

async function oldestIds(db: Drizzle, account: string, gateway: string): Promise<string[]> {
  const rows = await db
    .select({ id: logs.id })
    .from(logs)
    .where(and(eq(logs.account, account), eq(logs.gateway, gateway)))
    .orderBy(...inOrder('asc'))
    .limit(SLICE_ROWS);
  return rows.map(({ id }) => id);
}
