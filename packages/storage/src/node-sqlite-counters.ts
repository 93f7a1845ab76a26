import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Counters, MaybePromise } from '@sluice/core';
import { add, type CounterState, type Ledger, release, take } from './counters/decide.ts';

/**
 * Counts that the processes of one machine share, in a file of their own (`counters.db`). They answer at once unless
 * another process is writing at that very moment; then they try again for a second.
 */
export function sqliteCounters(path: string): Counters {
  const file = openFile(path);
  return {
    take: (demands, options) => file.change(options.now, (ledger) => take(ledger, demands, options)),
    add: (demands, { now }) => file.change(now, (ledger) => add(ledger, demands, now)),
    release: (demands, options) => file.change(options.now, (ledger) => release(ledger, demands, options)),
    close: () => file.close(),
  };
}

// Waiting inside SQLite stops the whole process, so that wait is short and the long one is ours.
const BUSY_MS = 5;
const PAUSE_MS = 5;
const GIVE_UP_MS = 1000;
const SWEEP_EVERY_MS = 60_000;

interface CountersFile {
  /** Does the work alone among all processes, and all of it or nothing. */
  change<T>(now: number, work: (ledger: Ledger) => T): MaybePromise<T>;
  close(): void;
}

function openFile(path: string): CountersFile {
  const connection = new DatabaseSync(path, { timeout: OPENING_MS });
  // Counts may be lost with the machine's power, never torn.
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  connection.exec(
    'CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, state TEXT NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID',
  );
  connection.exec('CREATE INDEX IF NOT EXISTS counters_expiry ON counters (expires_at)');
  connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  const ledger = new FileLedger(connection);
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  const sweep = connection.prepare('DELETE FROM counters WHERE expires_at <= ?');
  let sweptAt = Number.NEGATIVE_INFINITY;

  return {
    change(now, work) {
      const attempt = () => {
        begin.run();
        try {
          const result = work(ledger);
          if (now - sweptAt >= SWEEP_EVERY_MS) {
            sweep.run(now);
            sweptAt = now;
          }
          commit.run();
          return result;
        } catch (error) {
          // Some failures (a full disk) have rolled back already.
          if (connection.isTransaction) connection.exec('ROLLBACK');
          throw error;
        }
      };
      try {
        return attempt();
      } catch (error) {
        if (!isLocked(error)) throw error;
        return whenUnlocked(attempt);
      }
    },
    close() {
      if (connection.isOpen) connection.close();
    },
  };
}

const OPENING_MS = 5000;

class FileLedger implements Ledger {
  readonly #read: StatementSync;
  readonly #write: StatementSync;

  constructor(connection: DatabaseSync) {
    this.#read = connection.prepare('SELECT state FROM counters WHERE key = ?');
    this.#write = connection.prepare(
      'INSERT INTO counters (key, state, expires_at) VALUES (?, ?, ?) ' +
        'ON CONFLICT (key) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at',
    );
  }

  get(key: string): CounterState | undefined {
    const row = this.#read.get(key);
    return row === undefined ? undefined : JSON.parse(String(row.state));
  }

  set(key: string, state: CounterState, expiresAt: number): void {
    this.#write.run(key, JSON.stringify(state), expiresAt);
  }
}

async function whenUnlocked<T>(attempt: () => T): Promise<T> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (;;) {
    // Uneven pauses, or processes that met once meet again.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())));
    try {
      return attempt();
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) throw error;
    }
  }
}

function isLocked(error: unknown): boolean {
  // SQLITE_BUSY; Deno gives no number, so its text has to do.
  return error instanceof Error && error.message.includes('database is locked');
}
