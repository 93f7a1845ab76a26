import type { PostgresConnection } from './connection.ts';
import { PostgresFailure } from './failure.ts';

/** Connections that are lent to one user at a time. */
export interface PostgresPool {
  /** Rejects when none can be opened; then so do all who wait. */
  acquire(): Promise<PostgresConnection>;
  /** Gives back a connection that works. */
  release(connection: PostgresConnection): void;
  /** Gives back one that doesn't, or about which nobody knows. */
  discard(connection: PostgresConnection): void;
  /** Resolves when those that are lent came back. Safe to call twice. */
  close(): Promise<void>;
}

/** Keeps at most `max` connections and opens them when they are needed. */
export function createPool(max: number, open: () => Promise<PostgresConnection>): PostgresPool {
  const idle: PostgresConnection[] = [];
  let waiting: PromiseWithResolvers<PostgresConnection>[] = [];
  let opened = 0;
  const closed = Promise.withResolvers<void>();
  let isClosed = false;

  const openOne = async (): Promise<PostgresConnection> => {
    opened++;
    try {
      return await open();
    } catch (error) {
      closedOne();
      const all = waiting;
      waiting = [];
      for (const { reject } of all) reject(error);
      throw error;
    }
  };
  const closedOne = (): void => {
    opened--;
    if (isClosed && opened === 0) closed.resolve();
  };
  const discard = (connection: PostgresConnection): void => {
    connection.close();
    closedOne();
    const next = waiting.shift();
    if (next !== undefined) openOne().then(next.resolve, next.reject);
  };
  return {
    async acquire() {
      if (isClosed) throw new PostgresFailure('The database was closed.');
      // The one that was used last comes first, so that a quiet gateway keeps few of them busy.
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        if (isUsable(last)) return last;
        last.close();
        closedOne();
      }
      if (opened < max) return openOne();
      const turn = Promise.withResolvers<PostgresConnection>();
      waiting.push(turn);
      return turn.promise;
    },
    release(connection) {
      if (isClosed || !isUsable(connection)) return discard(connection);
      const next = waiting.shift();
      if (next === undefined) idle.push(connection);
      else next.resolve(connection);
    },
    discard,
    close() {
      isClosed = true;
      for (const connection of idle.splice(0)) discard(connection);
      if (opened === 0) closed.resolve();
      return closed.promise;
    },
  };
}

/** The server keeps a plan for every statement a connection ever prepared. */
const LIFETIME_MS = 30 * 60_000;

function isUsable(connection: PostgresConnection): boolean {
  return connection.isOpen() && performance.now() - connection.openedAt < LIFETIME_MS;
}
