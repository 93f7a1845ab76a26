import type { LogEntry } from '@sluice/core';
import type { SqlDatabase, SqlWrite } from './database.ts';
import { breath } from './log-slices.ts';

/** How long each log is, without a scan. */
export interface LogCounts {
  /** All rows of a gateway. */
  total(account: string, gateway: string): Promise<number>;
}

/**
 * Keeps for each log how many rows are older than a moment, and counts the younger ones when asked. The moment is moved
 * on when they have become many; a log of a few thousand rows is always counted whole.
 */
export function createLogCounts(database: SqlDatabase, now: () => number): LogCounts {
  return {
    async total(account, gateway) {
      const [kept, young] = await numbers(database, AT_ONCE, [account, gateway]);
      if (young <= FEW) return kept + young;
      await catchUp(database, account, gateway, now() - SETTLED_MS);
      const [total] = await numbers(database, TOTAL, [account, gateway]);
      return total;
    },
  };
}

/**
 * To be run before rows are inserted, in the same transaction: those that come so late that they may have been left out
 * of a count that is kept. A row that is there already counts once.
 */
export function countLate(entries: readonly LogEntry[], now: number): SqlWrite {
  const late = entries.filter(({ record }) => record.createdAt < now - LATE_MS);
  return {
    sql: COUNT_LATE,
    rows: late.map(({ record: { account, gateway, createdAt, id } }) => [account, gateway, createdAt, id]),
  };
}

/** To be run first where rows are deleted, so that two who delete the same ones don't both count them down. */
export function lockCount(account: string, gateway: string): SqlWrite {
  return { sql: LOCK, rows: [[account, gateway]] };
}

/** Calls take a while, and clocks differ by a little: rows of the last two minutes may still be on their way. */
const SETTLED_MS = 120_000;
const LATE_MS = 60_000;

/** So many young rows are counted whenever somebody asks; more are worth moving on for. */
const FEW = 10_000;
/** One step further on. */
const STEP_ROWS = 100_000;

const LOCK = 'UPDATE log_counts SET row_count = row_count WHERE account = ? AND gateway = ?';

// Also where it adds nothing it waits for whoever is moving on, who then sees this row or is seen.
const COUNT_LATE =
  'UPDATE log_counts SET row_count = row_count + CASE WHEN counted_until > ?3 ' +
  'AND NOT EXISTS (SELECT 1 FROM logs WHERE id = ?4) THEN 1 ELSE 0 END WHERE account = ?1 AND gateway = ?2';

const YOUNG = 'FROM logs WHERE account = ?1 AND gateway = ?2 AND created_at >=';

const KEPT = 'FROM (SELECT 1 AS one) AS always LEFT JOIN log_counts AS kept ON kept.account = ?1 AND kept.gateway = ?2';

const AT_ONCE =
  `SELECT coalesce(kept.row_count, 0), (SELECT count(*) FROM (SELECT 1 ${YOUNG} coalesce(kept.counted_until, 0) ` +
  `LIMIT ${FEW + 1}) AS young) ${KEPT}`;

const TOTAL = `SELECT coalesce(kept.row_count, 0) + (SELECT count(*) ${YOUNG} coalesce(kept.counted_until, 0)) ${KEPT}`;

const STATE = `SELECT coalesce(kept.counted_until, 0) ${KEPT}`;

const NEXT = `SELECT created_at ${YOUNG} ?3 ORDER BY created_at, id LIMIT 1 OFFSET ${STEP_ROWS}`;

const START =
  'INSERT INTO log_counts (account, gateway, counted_until, row_count) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING';

const MOVE_ON =
  `UPDATE log_counts SET row_count = row_count + (SELECT count(*) ${YOUNG} ?3 AND created_at < ?4), ` +
  'counted_until = ?4 WHERE account = ?1 AND gateway = ?2 AND counted_until = ?3';

/** Moves on in steps that keep nobody waiting. The first count of a long log takes many of them. */
async function catchUp(database: SqlDatabase, account: string, gateway: string, settled: number): Promise<void> {
  for (;;) {
    const [from] = await numbers(database, STATE, [account, gateway]);
    const [next] = await database.query(NEXT, [account, gateway, from]);
    // At least past the rows of one millisecond, however many they are.
    const until = next === undefined ? settled : Math.min(Math.max(Number(next[0]), from + 1), settled);
    if (until <= from) return;
    await database.write([
      { sql: START, rows: [[account, gateway]] },
      lockCount(account, gateway),
      { sql: MOVE_ON, rows: [[account, gateway, from, until]] },
    ]);
    await breath();
  }
}

/** The numbers of the only row that the statement gives. */
async function numbers(database: SqlDatabase, sql: string, log: [string, string]): Promise<[number, number]> {
  const [row] = await database.query(sql, log);
  return [Number(row?.[0] ?? 0), Number(row?.[1] ?? 0)];
}
