import type { PluginHost } from '@sluice/core';
import { MAX_BATCH_BYTES } from './batch-writer.ts';
import type { LogQueue } from './log-queue.ts';
import type { LogSpool } from './log-spool.ts';
import type { Timer } from './log-writer.ts';
import type { QueuedEntry } from './row-source.ts';

/** How the sink is doing: `stuck` when it fails or has been silent for long. */
export type SinkState = 'idle' | 'busy' | 'stuck';

export interface SpillerOptions {
  readonly spool: LogSpool;
  readonly queue: LogQueue;
  readonly host: Pick<PluginHost, 'now' | 'defer'>;
  readonly timer: Timer;
  /** How long a row may be in memory alone while the sink is stuck. */
  readonly intervalMs: number;
  readonly maxBatch: number;
  readonly sinkState: () => SinkState;
  /** Told each time rows could not be kept. */
  readonly onFailure: (cause: unknown) => void;
  /** Told when rows have been moved. */
  readonly onMoved: () => void;
}

// A disk that is full or absent is not asked again for each call.
const REST_MS = 1000;

/** Moves rows from memory to the spool while the sink does not take them, or not as fast as they come. */
export class Spiller {
  readonly #options: SpillerOptions;
  #disarm: (() => void) | undefined;
  #spilling: Promise<boolean> | undefined;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(options: SpillerOptions) {
    this.#options = options;
  }

  /** Looks after the sink a little later, and moves what waits if that is stuck. */
  watch(): void {
    this.#disarm ??= this.#options.timer(() => this.#look(), this.#options.intervalMs);
  }

  /** Moves what waits, off the path of calls. */
  spillSoon(): void {
    if (this.#spilling !== undefined || this.#options.host.now() < this.#restUntil) return;
    this.#options.host.defer(() => void this.spill());
  }

  /** Moves what waits; false when it could not be kept. */
  spill(): Promise<boolean> {
    this.#spilling ??= this.#spillAll().finally(() => {
      this.#spilling = undefined;
    });
    return this.#spilling;
  }

  /** Keeps rows that the sink was given and has said nothing of; false when they could not be kept. */
  rescue(rows: readonly QueuedEntry[]): Promise<boolean> {
    return this.#keep(rows);
  }

  stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #look(): void {
    this.#disarm = undefined;
    const state = this.#options.sinkState();
    if (state === 'busy') this.watch();
    else if (state === 'stuck') this.spillSoon();
  }

  async #spillAll(): Promise<boolean> {
    const { queue, maxBatch, onMoved } = this.#options;
    while (queue.length > 0) {
      const batch = queue.take(maxBatch, MAX_BATCH_BYTES);
      if (!(await this.#keep(batch))) {
        queue.putBack(batch, 'front');
        return false;
      }
      queue.settle(batch);
      onMoved();
    }
    return true;
  }

  async #keep(rows: readonly QueuedEntry[]): Promise<boolean> {
    if (rows.length === 0) return true;
    try {
      await this.#options.spool.append(rows.map(({ entry }) => entry));
      return true;
    } catch (cause) {
      this.#restUntil = this.#options.host.now() + REST_MS;
      this.#options.onFailure(cause);
      return false;
    }
  }
}
