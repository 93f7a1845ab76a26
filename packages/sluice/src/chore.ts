import type { RequestScope } from '@sluice/core';

/** Work that comes again and again, beside calls. */
export interface Chore {
  /** A call came in. Where nothing runs between calls, its answer is followed by some of the work. */
  onCall(scope: RequestScope | undefined): void;
  /** Ends it after the piece that is under way. */
  close(): Promise<void>;
}

export interface ChoreOptions {
  /** Does a piece of it and tells whether there is more. */
  readonly piece: () => Promise<boolean>;
  /** What an operator hears when a piece fails. It is tried again with the next round. */
  readonly problem: string;
  /** From one round to the next, in milliseconds. */
  readonly pauseMs: number;
  /** Between calls nothing runs, as on Workers. */
  readonly isBetweenCallsOnly: boolean;
  now(): number;
  /** Runs a task later unless the returned function is called first; the platform's unless given. */
  readonly timer?: (task: () => void, ms: number) => () => void;
  /** Hears of what went wrong; the console unless given. */
  readonly report?: (problem: string, cause: unknown) => void;
}

/** Begins after the first pause: a start has better things to do. */
export function startChore(options: ChoreOptions): Chore {
  const { piece, problem, pauseMs, isBetweenCallsOnly, now, timer = platformTimer, report = console.error } = options;
  let isClosed = false;
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  let last = now();

  const run = async (pieces: number): Promise<boolean> => {
    try {
      for (let done = 0; done < pieces && !isClosed; done++) if (!(await piece())) return false;
      return true;
    } catch (cause) {
      report(problem, cause);
      return false;
    }
  };
  const later = (ms: number): void => {
    if (isClosed) return;
    cancel = timer(() => {
      // Calls get their turn between two pieces.
      running = run(1).then((hasMore) => later(hasMore ? BETWEEN_PIECES_MS : pauseMs));
    }, ms);
  };
  if (!isBetweenCallsOnly) later(pauseMs);
  return {
    onCall(scope) {
      if (!isBetweenCallsOnly || scope === undefined || now() - last < pauseMs) return;
      last = now();
      scope.waitUntil(run(PIECES_AFTER_A_CALL));
    },
    async close() {
      isClosed = true;
      cancel();
      await running;
    },
  };
}

const BETWEEN_PIECES_MS = 20;

/** What follows an answer has thirty seconds, and a database may be far away. */
const PIECES_AFTER_A_CALL = 4;

function platformTimer(task: () => void, ms: number): () => void {
  const timeout: unknown = setTimeout(task, ms);
  // Nothing should live on only for this; where timers are numbers, nothing does.
  if (typeof timeout === 'object' && timeout !== null && 'unref' in timeout) (timeout as { unref(): void }).unref();
  return () => clearTimeout(timeout as Parameters<typeof clearTimeout>[0]);
}
