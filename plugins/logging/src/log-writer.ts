import type { LogEntry, LogSink, MaybePromise, PluginHost } from '@sluice/core';
import { BatchWriter } from './batch-writer.ts';
import { LogQueue } from './log-queue.ts';
import { createReporter, type Reporter } from './reporter.ts';

/** Runs a task after so many milliseconds, unless the returned function is called first. */
export type Timer = (task: () => void, ms: number) => () => void;

/** What the log has done since its start. */
export interface LogStats {
  /** Rows that are not written yet. */
  readonly queued: number;
  /** What they hold in memory, bodies included. */
  readonly queuedBytes: number;
  readonly written: number;
  /** Rows that were given up. */
  readonly dropped: number;
  /** Rows that lost their bodies to the bound of the queue. */
  readonly droppedBodies: number;
  /** How often the sink failed. */
  readonly failures: number;
}

export interface LogWriterOptions {
  readonly sink: LogSink;
  readonly host: PluginHost;
  readonly timer: Timer;
  readonly flushIntervalMs: number;
  readonly maxQueueBytes: number;
  readonly maxBatch: number;
}

const CLOSE_WITHIN_MS = 10_000;

/** Takes rows off the path of calls and writes them in batches, one in flight at a time, for as long as it takes. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #queue: LogQueue;
  readonly #batches: BatchWriter;
  readonly #reporter: Reporter;
  #reportedDrops = 0;
  #disarm: (() => void) | undefined;
  #flushing: Promise<boolean> | undefined;
  /** The sink has failed and is left alone for a while. */
  #resting = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#queue = new LogQueue(options.maxQueueBytes);
    this.#reporter = createReporter(options.host);
    const onFailure = (cause: unknown) => this.#reporter.failed(this.#queue.held, cause);
    this.#batches = new BatchWriter({ ...options, queue: this.#queue, onFailure });
  }

  /** Never throws. Waits for the sink only with a `flushIntervalMs` of 0, where the promise covers the write. */
  push(entry: LogEntry): MaybePromise<void> {
    this.#queue.push(entry);
    this.#reportDrops();
    if (this.#options.flushIntervalMs === 0) return this.#writeNow();
    if (this.#flushing !== undefined || this.#resting) return;
    if (this.#queue.length === this.#options.maxBatch) this.#options.host.defer(() => void this.#flush());
    this.#arm(this.#options.flushIntervalMs);
  }

  stats(): LogStats {
    return {
      queued: this.#queue.held,
      queuedBytes: this.#queue.bytes,
      written: this.#batches.written,
      dropped: this.#queue.dropped + this.#batches.refused,
      droppedBodies: this.#queue.droppedBodies,
      failures: this.#batches.failures,
    };
  }

  /** Writes what waits. Gives up after ten seconds and reports what was left. */
  async close(): Promise<void> {
    let expired = false;
    let cancel = (): void => {};
    const expiry = new Promise<void>((resolve) => {
      cancel = this.#options.timer(() => resolve(), CLOSE_WITHIN_MS);
    }).then(() => {
      expired = true;
    });
    await Promise.race([this.#empty(() => expired), expiry]);
    cancel();
    this.#stopTimer();
    if (this.#queue.held > 0) this.#reporter.leftBehind(this.#queue.held);
  }

  async #empty(expired: () => boolean): Promise<void> {
    while (!expired() && (this.#flushing !== undefined || this.#queue.length > 0)) {
      if (await this.#flush()) continue;
      await new Promise<void>((resolve) => this.#options.timer(resolve, this.#batches.retryMs));
    }
  }

  /** No call may lean on another call's time to live, so each writes whatever waits. */
  async #writeNow(): Promise<void> {
    while (this.#queue.length > 0 && (await this.#batches.write()) > 0);
    this.#reportDrops();
  }

  /** Resolves to false when the sink failed. */
  #flush(): Promise<boolean> {
    this.#stopTimer();
    this.#flushing ??= this.#drain();
    return this.#flushing;
  }

  async #drain(): Promise<boolean> {
    const done = await this.#writeWaiting();
    this.#flushing = undefined;
    this.#resting = !done;
    this.#reportDrops();
    if (this.#queue.length > 0) this.#arm(done ? this.#patience() : this.#batches.retryMs);
    return done;
  }

  /** Writes what waits at this moment; what comes in meanwhile waits for company. */
  async #writeWaiting(): Promise<boolean> {
    let left = this.#queue.length;
    while (left > 0 && this.#queue.length > 0) {
      const written = await this.#batches.write();
      if (written === 0) return false;
      left -= written;
      // Calls get their turn between two batches.
      if (left > 0) await new Promise<void>((resolve) => this.#options.host.defer(resolve));
    }
    return true;
  }

  /** How long what came in during a write may wait for more. */
  #patience(): number {
    return this.#queue.length < this.#options.maxBatch ? this.#options.flushIntervalMs : 0;
  }

  #arm(ms: number): void {
    this.#disarm ??= this.#options.timer(() => void this.#flush(), ms);
  }

  #stopTimer(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  #reportDrops(): void {
    const { dropped, droppedBodies } = this.stats();
    if (dropped + droppedBodies === this.#reportedDrops) return;
    this.#reportedDrops = dropped + droppedBodies;
    this.#reporter.dropped(dropped, droppedBodies);
  }
}
