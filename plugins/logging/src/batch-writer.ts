import type { LogSink } from '@sluice/core';
import type { QueuedEntry, RowSource } from './row-source.ts';

export interface BatchWriterOptions {
  readonly sink: LogSink;
  readonly maxBatch: number;
  /** Told each time the sink fails. */
  readonly onFailure: (cause: unknown) => void;
  now(): number;
}

/** Bounds how long one write keeps this thread, where the sink works on it, as embedded SQLite does. */
export const MAX_BATCH_BYTES: number = 4 * 1024 * 1024;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/** Moves rows from where they wait into the sink, one batch at a time, and keeps those that the sink refuses. */
export class BatchWriter {
  readonly #options: BatchWriterOptions;
  #size: number;
  #written = 0;
  #refused = 0;
  #failures = 0;
  #retryMs = FIRST_RETRY_MS / 2;
  #underWay: UnderWay | undefined;

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

  /** How long the sink has been busy with a batch; 0 when it has none. */
  get busyMs(): number {
    return this.#underWay === undefined ? 0 : this.#options.now() - this.#underWay.since;
  }

  /** The rows of this source that the sink has been given and has said nothing of yet. */
  underWayOf(source: RowSource): readonly QueuedEntry[] {
    return this.#underWay?.source === source ? this.#underWay.batch : [];
  }

  /** Writes the oldest rows of a source and answers how many; null when the sink failed. */
  async write(source: RowSource): Promise<number | null> {
    const taken = source.take(this.#size, MAX_BATCH_BYTES);
    const batch = taken instanceof Promise ? await taken : taken;
    if (batch.length === 0) return 0;
    this.#underWay = { source, batch, since: this.#options.now() };
    try {
      await this.#options.sink.insert(batch.map(({ entry }) => entry));
    } catch (cause) {
      this.#underWay = undefined;
      await this.#keep(source, batch, cause);
      return null;
    }
    this.#underWay = undefined;
    this.#written += batch.length;
    this.#size = Math.min(this.#options.maxBatch, this.#size * 2);
    this.#retryMs = FIRST_RETRY_MS / 2;
    await source.settle(batch);
    return batch.length;
  }

  async #keep(source: RowSource, batch: readonly QueuedEntry[], cause: unknown): Promise<void> {
    this.#failures += 1;
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
    // From here on row by row until one goes in, so that a row which no sink takes can't hold up the rest.
    this.#size = 1;
    const [row] = batch;
    if (row === undefined || batch.length > 1) source.putBack(batch, 'front');
    else if (row.refusedAt !== null && row.refusedAt < this.#written) await this.#giveUp(source, row);
    else source.putBack([{ ...row, refusedAt: this.#written }], 'back');
    this.#options.onFailure(cause);
  }

  async #giveUp(source: RowSource, row: QueuedEntry): Promise<void> {
    this.#refused += 1;
    await source.settle([row]);
  }
}

interface UnderWay {
  readonly source: RowSource;
  readonly batch: readonly QueuedEntry[];
  readonly since: number;
}
