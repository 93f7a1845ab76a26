import type { LogSink } from '@sluice/core';
import type { LogQueue, QueuedEntry } from './log-queue.ts';

export interface BatchWriterOptions {
  readonly sink: LogSink;
  readonly queue: LogQueue;
  readonly maxBatch: number;
  /** Told each time the sink fails. */
  readonly onFailure: (cause: unknown) => void;
}

// Bounds how long one write keeps this thread, where the sink works on it, as embedded SQLite does.
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/** Moves rows from the queue into the sink, one batch at a time, and keeps those that the sink refuses. */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  #size: number;
  #written = 0;
  #refused = 0;
  #failures = 0;
  #retryMs = FIRST_RETRY_MS / 2;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
    this.#size = options.maxBatch;
  }

  get written(): number {
    return this.#written;
  }

  /** Rows given up because the sink took others and never these. */
  get refused(): number {
    return this.#refused;
  }

  get failures(): number {
    return this.#failures;
  }

  /** How long to leave a sink alone that has just failed; doubles from failure to failure. */
  get retryMs(): number {
    return this.#retryMs;
  }

  /** Writes the oldest rows and answers how many; 0 when the sink failed. */
  async write(): Promise<number> {
    const batch = this.#options.queue.take(this.#size, MAX_BATCH_BYTES);
    try {
      await this.#options.sink.insert(batch.map(({ entry }) => entry));
    } catch (cause) {
      this.#keep(batch, cause);
      return 0;
    }
    this.#options.queue.settle(batch);
    this.#written += batch.length;
    this.#size = Math.min(this.#options.maxBatch, this.#size * 2);
    this.#retryMs = FIRST_RETRY_MS / 2;
    return batch.length;
  }

  #keep(batch: readonly QueuedEntry[], cause: unknown): void {
    this.#failures += 1;
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    // From here on row by row until one goes in, so that a row which no sink takes can't hold up the rest.
    this.#size = 1;
    const [row] = batch;
    if (row === undefined || batch.length > 1) this.#options.queue.putBack(batch, 'front');
    else if (row.refusedAt !== null && row.refusedAt < this.#written) this.#giveUp(row);
    else this.#options.queue.putBack([{ ...row, refusedAt: this.#written }], 'back');
    this.#options.onFailure(cause);
  }

  #giveUp(row: QueuedEntry): void {
    this.#options.queue.settle([row]);
    this.#refused += 1;
  }
}
