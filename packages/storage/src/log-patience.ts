import { StorageError } from './errors.ts';

/** How long a question about the log may look through rows. */
export interface LogPatience {
  /** So many rows were looked at. Rejects the question when it has taken too long. */
  spend(rows: number | undefined): void;
}

/** Gives up with `too_many_rows` after so long, with a sentence that says what to do. */
export function createPatience(ms: number): LogPatience {
  const began = performance.now();
  let looked = 0;
  return {
    spend(rows) {
      looked += rows ?? 0;
      if (rows === undefined || performance.now() - began < ms) return;
      throw new StorageError(
        'too_many_rows',
        `Looking through ${looked} rows of the log took longer than ${ms / 1000} s. Ask for a shorter time with a filter on "created_at".`,
      );
    },
  };
}
