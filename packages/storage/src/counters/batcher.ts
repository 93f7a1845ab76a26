export interface BatcherOptions {
  readonly timeoutMs: number;
  readonly maxJobs: number;
}

/**
 * Runs jobs in batches, one batch at a time: what comes meanwhile waits for the next. A job that has no result within
 * the time is rejected, whether or not it is carried out after all. `run` has to settle.
 */
export function createBatcher<Job, Result>(
  run: (jobs: readonly Job[]) => Promise<readonly Result[]>,
  { timeoutMs, maxJobs }: BatcherOptions,
): (job: Job) => Promise<Result> {
  const waiting = new Set<Ticket<Job, Result>>();
  let isUnderWay = false;

  return (job) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const ticket: Ticket<Job, Result> = { job, resolve, reject };
    const timer = setTimeout(() => {
      waiting.delete(ticket);
      reject(new Error(`No answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    const stop = (): void => clearTimeout(timer);
    promise.then(stop, stop);
    waiting.add(ticket);
    startNext();
    return promise;
  };

  function startNext(): void {
    if (isUnderWay || waiting.size === 0) return;
    const batch = [...waiting].slice(0, maxJobs);
    for (const ticket of batch) waiting.delete(ticket);
    isUnderWay = true;
    void settle(batch, run).then(() => {
      isUnderWay = false;
      startNext();
    });
  }
}

interface Ticket<Job, Result> {
  readonly job: Job;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

async function settle<Job, Result>(
  batch: readonly Ticket<Job, Result>[],
  run: (jobs: readonly Job[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await run(batch.map(({ job }) => job));
    batch.forEach((ticket, index) => {
      ticket.resolve(results[index] as Result);
    });
  } catch (error) {
    for (const ticket of batch) ticket.reject(error);
  }
}
