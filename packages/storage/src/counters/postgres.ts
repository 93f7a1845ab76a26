import type { Counters, CounterVerdict } from '@sluice/core';
import type { PendingQuery, Row, Sql } from 'postgres';
import { openConnection } from '../postgres/connection.ts';
import { isAnswer } from '../postgres/failure.ts';
import { createPool } from '../postgres/pool.ts';
import { withinLimit } from '../postgres/within-limit.ts';
import { createBatcher } from './batcher.ts';
import { type CounterState, type Ledger, ledgerKey } from './decide.ts';
import { type CounterTask, countersOf, perform } from './task.ts';

export interface PostgresCountersOptions {
  /** How long a decision may take before it is rejected; 800 milliseconds unless set. */
  readonly timeoutMs?: number;
}

/**
 * Counts that many machines share, in the table `sluice_counters`, which is made on first use. Decisions that are asked
 * for at the same time share a transaction. While the database is away they are rejected, at once or when time is up, and
 * each new one tries to connect.
 */
export function postgresCounters(url: string, { timeoutMs = 800 }: PostgresCountersOptions = {}): Counters {
  const pool = createPool(CONNECTIONS, openConnection(url, timeoutMs));
  const table = new CountersTable((work) => withinLimit(pool, timeoutMs, ({ sql }) => work(sql)), timeoutMs);
  const carryOut = createBatcher((tasks: readonly CounterTask[]) => table.perform(tasks), { timeoutMs, maxJobs: 200 });
  return { ...countersOf(carryOut), close: () => pool.close() };
}

/** One for the batch under way, one for the sweep. */
const CONNECTIONS = 2;

const SWEEP_EVERY_MS = 60_000;

/** Lends a connection, for a limited time. */
type Use = <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;

type Verdicts = readonly (CounterVerdict | undefined)[];

class CountersTable {
  readonly #use: Use;
  readonly #begin: string;
  #exists = false;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(use: Use, timeoutMs: number) {
    this.#use = use;
    // A process that stops in the middle must not hold up the others.
    this.#begin = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${Math.ceil(2 * timeoutMs)}`;
  }

  async perform(tasks: readonly CounterTask[]): Promise<Verdicts> {
    try {
      const verdicts = await this.#use((sql) => this.#performIn(sql, tasks));
      this.#sweep(Math.max(...tasks.map(({ now }) => now)));
      return verdicts;
    } catch (error) {
      // Somebody may have taken the table away.
      this.#exists = false;
      throw error;
    }
  }

  async #performIn(sql: Sql, tasks: readonly CounterTask[]): Promise<Verdicts> {
    if (!this.#exists) await createTable(sql);
    this.#exists = true;
    try {
      return await performAll(sql, this.#begin, tasks);
    } catch (error) {
      // Otherwise the connection is given up, and the transaction with it.
      if (isAnswer(error)) await sql.unsafe('ROLLBACK');
      throw error;
    }
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    // What fails here is done by the next, or by another process.
    this.#use((sql) => sweep(sql, now)).catch(() => {});
  }
}

async function createTable(sql: Sql): Promise<void> {
  const [found] = await sql`SELECT to_regclass('sluice_counters') AS name`;
  if (found?.name) return;
  // Statements that are sent as one text are one transaction. Without the lock two processes that start at once would
  // both create the table, and one of them fail. Unlogged: counts may be lost in a crash. Half-filled pages keep updates
  // in place.
  await sql.unsafe(`
    SELECT pg_advisory_xact_lock(hashtext('sluice_counters'));
    CREATE UNLOGGED TABLE IF NOT EXISTS sluice_counters (
      key text PRIMARY KEY, state text NOT NULL, expires_at bigint NOT NULL
    ) WITH (fillfactor = 50);
    CREATE INDEX IF NOT EXISTS sluice_counters_expiry ON sluice_counters (expires_at)`);
}

/**
 * One transaction in two trips: what needs no answer in between is sent together. A COMMIT after a refused statement
 * undoes everything.
 */
async function performAll(sql: Sql, begin: string, tasks: readonly CounterTask[]): Promise<Verdicts> {
  const [, rows] = await Promise.all([sql.unsafe(begin).execute(), lockRows(sql, tasks)]);
  const ledger = new LoadedLedger(rows);
  const verdicts = tasks.map((task) => perform(ledger, task));
  await Promise.all([ledger.write(sql), sql.unsafe('COMMIT').execute()]);
  return verdicts;
}

/** Makes or locks the rows of all keys and reads them; always in the same order, so that nobody waits in a circle. */
function lockRows(sql: Sql, tasks: readonly CounterTask[]): PendingQuery<Row[]> {
  const keys = [...new Set(tasks.flatMap(({ demands }) => demands.map(ledgerKey)))].sort();
  return sql`
    INSERT INTO sluice_counters AS kept (key, state, expires_at)
    SELECT key, '', 0 FROM jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) WITH ORDINALITY AS asked(key, place)
    ORDER BY place
    ON CONFLICT (key) DO UPDATE SET expires_at = kept.expires_at
    RETURNING key, state`.execute();
}

interface ChangedRow {
  readonly key: string;
  readonly state: string;
  readonly expires_at: number;
}

class LoadedLedger implements Ledger {
  readonly #states: Map<string, CounterState>;
  readonly #changed = new Map<string, number>();

  constructor(rows: readonly Row[]) {
    this.#states = new Map(rows.filter(({ state }) => state !== '').map(({ key, state }) => [key, JSON.parse(state)]));
  }

  get(key: string): CounterState | undefined {
    return this.#states.get(key);
  }

  set(key: string, state: CounterState, expiresAt: number): void {
    this.#states.set(key, state);
    this.#changed.set(key, expiresAt);
  }

  /** Sends what has changed. */
  write(sql: Sql): PendingQuery<Row[]> | undefined {
    if (this.#changed.size === 0) return undefined;
    const rows = [...this.#changed].map(
      ([key, expiresAt]): ChangedRow => ({
        key,
        state: JSON.stringify(this.#states.get(key)),
        expires_at: Math.ceil(expiresAt),
      }),
    );
    return sql`
      UPDATE sluice_counters AS kept SET state = fresh.state, expires_at = fresh.expires_at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS fresh(key text, state text, expires_at bigint)
      WHERE kept.key = fresh.key`.execute();
  }
}

async function sweep(sql: Sql, now: number): Promise<void> {
  await sql`
    DELETE FROM sluice_counters WHERE key IN (
      SELECT key FROM sluice_counters WHERE expires_at <= ${Math.floor(now)}::bigint LIMIT 10000 FOR UPDATE SKIP LOCKED
    )`;
}
