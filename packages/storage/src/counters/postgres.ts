import type { Counters, CounterVerdict } from '@sluice/core';
import postgres, { type Sql, type TransactionSql } from 'postgres';
import { createBatcher } from './batcher.ts';
import { type CounterState, type Ledger, ledgerKey } from './decide.ts';
import { type CounterTask, countersOf, perform } from './task.ts';

export interface PostgresCountersOptions {
  /** How long a decision may take before it is rejected; 800 milliseconds unless set. */
  readonly timeoutMs?: number;
}

/**
 * Counts that many machines share, in the table `sluice_counters`, which is made on first use. Decisions that are asked
 * for at the same time share a transaction. Given an address the counters connect by themselves, again and again while
 * the database is away; a client that is handed in keeps its own ways, and is not closed here.
 */
export function postgresCounters(source: string | Sql, { timeoutMs = 800 }: PostgresCountersOptions = {}): Counters {
  const database = typeof source === 'string' ? ownClient(source, timeoutMs) : givenClient(source);
  const table = new CountersTable();
  const carryOut = createBatcher((tasks: readonly CounterTask[]) => table.perform(database.client(), tasks), {
    timeoutMs,
    maxJobs: 200,
    onLate: database.giveUp,
  });
  return { ...countersOf(carryOut), close: database.close };
}

interface Database {
  client(): Sql;
  /** The client owes an answer for too long. */
  giveUp(): void;
  close(): Promise<void>;
}

/** A connection whose other end vanished would be waited for until TCP gives up, so a fresh client takes its place. */
function ownClient(url: string, timeoutMs: number): Database {
  let client = connect(url, timeoutMs);
  return {
    client: () => client,
    giveUp() {
      void client.end({ timeout: 0 });
      client = connect(url, timeoutMs);
    },
    close: () => client.end({ timeout: 1 }),
  };
}

function givenClient(client: Sql): Database {
  return { client: () => client, giveUp: () => {}, close: async () => {} };
}

function connect(url: string, timeoutMs: number): Sql {
  return postgres(url, {
    max: 2,
    connect_timeout: 2,
    // Seconds; the client's own pauses grow to twenty, and so long nobody would be limited.
    backoff: (tries) => Math.min(0.05 * 2 ** tries, 1),
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: 'sluice-counters',
      lock_timeout: timeoutMs,
      // A process that stops in the middle must not hold up the others.
      idle_in_transaction_session_timeout: 2 * timeoutMs,
    },
  });
}

const SWEEP_EVERY_MS = 60_000;

class CountersTable {
  #exists = false;
  #sweptAt = Number.NEGATIVE_INFINITY;

  async perform(sql: Sql, tasks: readonly CounterTask[]): Promise<readonly (CounterVerdict | undefined)[]> {
    if (!this.#exists) await createTable(sql);
    this.#exists = true;
    try {
      const verdicts = await sql.begin((transaction) => performAll(transaction, tasks));
      this.#sweep(sql, Math.max(...tasks.map(({ now }) => now)));
      return verdicts;
    } catch (error) {
      // Somebody may have taken the table away.
      this.#exists = false;
      throw error;
    }
  }

  #sweep(sql: Sql, now: number): void {
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    // What fails here is done by the next, or by another process.
    sweep(sql, now).catch(() => {});
  }
}

async function createTable(sql: Sql): Promise<void> {
  const [found] = await sql`SELECT to_regclass('sluice_counters') AS name`;
  if (found?.name) return;
  await sql.begin(async (transaction) => {
    // Without the lock two processes that start at once would both create it, and one of them fail.
    await transaction`SELECT pg_advisory_xact_lock(hashtext('sluice_counters'))`;
    // Unlogged: counts may be lost in a crash. Half-filled pages keep updates in place.
    await transaction`
      CREATE UNLOGGED TABLE IF NOT EXISTS sluice_counters (
        key text PRIMARY KEY, state text NOT NULL, expires_at bigint NOT NULL
      ) WITH (fillfactor = 50)`;
    await transaction`CREATE INDEX IF NOT EXISTS sluice_counters_expiry ON sluice_counters (expires_at)`;
  });
}

async function performAll(
  sql: TransactionSql,
  tasks: readonly CounterTask[],
): Promise<readonly (CounterVerdict | undefined)[]> {
  const ledger = new LoadedLedger(await lockRows(sql, tasks));
  const verdicts = tasks.map((task) => perform(ledger, task));
  await ledger.write(sql);
  return verdicts;
}

/** Makes or locks the rows of all keys and reads them; always in the same order, so that nobody waits in a circle. */
async function lockRows(sql: TransactionSql, tasks: readonly CounterTask[]): Promise<Map<string, CounterState>> {
  const keys = [...new Set(tasks.flatMap(({ demands }) => demands.map(ledgerKey)))].sort();
  const rows = await sql`
    INSERT INTO sluice_counters AS kept (key, state, expires_at)
    SELECT key, '', 0 FROM jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) WITH ORDINALITY AS asked(key, place)
    ORDER BY place
    ON CONFLICT (key) DO UPDATE SET expires_at = kept.expires_at
    RETURNING key, state`;
  return new Map(rows.filter((row) => row.state !== '').map((row) => [row.key, JSON.parse(row.state)]));
}

interface ChangedRow {
  readonly key: string;
  readonly state: string;
  readonly expires_at: number;
}

class LoadedLedger implements Ledger {
  readonly #states: Map<string, CounterState>;
  readonly #changed = new Map<string, number>();

  constructor(states: Map<string, CounterState>) {
    this.#states = states;
  }

  get(key: string): CounterState | undefined {
    return this.#states.get(key);
  }

  set(key: string, state: CounterState, expiresAt: number): void {
    this.#states.set(key, state);
    this.#changed.set(key, expiresAt);
  }

  async write(sql: TransactionSql): Promise<void> {
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed].map(
      ([key, expiresAt]): ChangedRow => ({
        key,
        state: JSON.stringify(this.#states.get(key)),
        expires_at: Math.ceil(expiresAt),
      }),
    );
    await sql`
      UPDATE sluice_counters AS kept SET state = fresh.state, expires_at = fresh.expires_at
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS fresh(key text, state text, expires_at bigint)
      WHERE kept.key = fresh.key`;
  }
}

async function sweep(sql: Sql, now: number): Promise<void> {
  await sql`
    DELETE FROM sluice_counters WHERE key IN (
      SELECT key FROM sluice_counters WHERE expires_at <= ${now}::bigint LIMIT 10000 FOR UPDATE SKIP LOCKED
    )`;
}
