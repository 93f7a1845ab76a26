import type { PostgresConnection } from './connection.ts';
import { isAnswer, PostgresFailure, withoutValues } from './failure.ts';
import type { PostgresPool } from './pool.ts';

/** Lends a connection for one piece of work. Rejects when time is up, and a connection that is still silent then is closed. */
export function withinLimit<T>(
  pool: PostgresPool,
  limitMs: number,
  work: (connection: PostgresConnection) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    let connection: PostgresConnection | undefined;
    const timer = setTimeout(() => {
      isLate = true;
      if (connection !== undefined) pool.discard(connection);
      reject(new PostgresFailure(`PostgreSQL gave no answer within ${limitMs} ms.`));
    }, limitMs);
    const run = async (): Promise<T | undefined> => {
      const lent = await pool.acquire();
      if (isLate) return void pool.release(lent);
      connection = lent;
      try {
        const result = await work(lent);
        if (!isLate) pool.release(lent);
        return result;
      } catch (error) {
        if (!isLate) (isAnswer(error) ? pool.release : pool.discard)(lent);
        throw error;
      }
    };
    run()
      // After a late end nobody listens any more.
      .then(
        (result) => resolve(result as T),
        (error) => reject(withoutValues(error)),
      )
      .finally(() => clearTimeout(timer));
  });
}
