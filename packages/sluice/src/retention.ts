import type { RequestScope } from '@sluice/core';
import type { LogKeeper } from '@sluice/storage';

/** Keeps the logs of all gateways as short as their `log_management` says, as long as it runs. */
export interface Retention {
  /** A call came in. Where nothing runs between calls, its answer is followed by some of the work. */
  onCall(scope: RequestScope | undefined): void;
  /** Ends it after the rows that are being deleted. */
  close(): Promise<void>;
}

export interface RetentionOptions {
  readonly logs: Pick<LogKeeper, 'retainAll'>;
  /** Between calls nothing runs, as on Workers. */
  readonly isBetweenCallsOnly: boolean;
  now(): number;
  /** Runs a task later unless the returned function is called first; the platform's unless given. */
  readonly timer?: (task: () => void, ms: number) => () => void;
  /** Hears of what went wrong; the console unless given. */
  readonly report?: (problem: string, cause: unknown) => void;
}

/** Looks after the logs now and then, beginning after the first pause: a start has better things to do. */
export function startRetention(options: RetentionOptions): Retention {
  const { logs, isBetweenCallsOnly, now, timer = platformTimer, report = console.error } = options;
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  let last = now();

  const run = async (limits: { readonly maxRows?: number }): Promise<void> => {
    try {
      await logs.retainAll({ ...limits, signal: stop.signal });
    } catch (cause) {
      report('Logs could not be cut to their length. They will be tried again.', cause);
    }
  };
  const later = (): void => {
    if (stop.signal.aborted) return;
    cancel = timer(() => {
      running = run({}).then(later);
    }, PAUSE_MS);
  };
  if (!isBetweenCallsOnly) later();
  return {
    onCall(scope) {
      if (!isBetweenCallsOnly || scope === undefined || now() - last < PAUSE_MS) return;
      last = now();
      scope.waitUntil(run({ maxRows: ROWS_AFTER_A_CALL }));
    },
    async close() {
      stop.abort();
      cancel();
      await running;
    },
  };
}

const PAUSE_MS = 30_000;

/** What follows an answer has thirty seconds, and D1 may be far away. */
const ROWS_AFTER_A_CALL = 4000;

function platformTimer(task: () => void, ms: number): () => void {
  const timeout: unknown = setTimeout(task, ms);
  // Nothing should live on only for this; where timers are numbers, nothing does.
  if (typeof timeout === 'object' && timeout !== null && 'unref' in timeout) (timeout as { unref(): void }).unref();
  return () => clearTimeout(timeout as Parameters<typeof clearTimeout>[0]);
}
