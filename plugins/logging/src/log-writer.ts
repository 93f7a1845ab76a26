import type { LogEntry, LogSink, MaybePromise, PluginHost } from '@sluice/core';
import { BatchWriter } from './batch-writer.ts';
import { LogQueue } from './log-queue.ts';
import type { LogSpool, SpoolStats } from './log-spool.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { type SinkState, Spiller } from './spiller.ts';
import { SpoolSource } from './spool-source.ts';

/** Runs a task after so many milliseconds, unless the returned function is called first. */
export type Timer = (task: () => void, ms: number) => () => void;

/** What the log has done since its start. */
export interface LogStats {
  /** Rows in memory that are not written yet. */
  readonly queued: number;
  /** What they hold in memory, bodies included. */
  readonly queuedBytes: number;
  /** Rows that wait in the spool, those that earlier processes left included. */
  readonly spooled: number;
  /** What the spool takes on its disk. */
  readonly spooledBytes: number;
  readonly written: number;
  /** Rows that were given up: no room was left in memory and in the spool, or the sink took others and never these. */
  readonly dropped: number;
  /** Rows that lost their bodies to the bound of the queue or of the spool. */
  readonly droppedBodies: number;
  /** How often the sink failed. */
  readonly failures: number;
  /** How often the spool could not keep rows, which then went on waiting in memory. */
  readonly spoolFailures: number;
}

export interface LogWriterOptions {
  readonly sink: LogSink;
  /** Where rows wait that the sink doesn't take; in memory alone when undefined. */
  readonly spool: LogSpool | undefined;
  readonly host: PluginHost;
  readonly timer: Timer;
  readonly flushIntervalMs: number;
  readonly maxQueueBytes: number;
  readonly maxBatch: number;
}

const CLOSE_WITHIN_MS = 10_000;
// A sink that has said nothing for so long counts as away.
const SILENT_MS = 1000;

/** Takes rows off the path of calls and writes them in batches, one in flight at a time, for as long as it takes. */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #queue: LogQueue;
  readonly #batches: BatchWriter;
  readonly #reporter: Reporter;
  readonly #spool:
    | { readonly source: SpoolSource; readonly spiller: Spiller; readonly stats: LogSpool['stats'] }
    | undefined;
  #reportedDrops = 0;
  #spoolFailures = 0;
  #disarm: (() => void) | undefined;
  #flushing: Promise<boolean> | undefined;
  /** The sink has failed and is left alone for a while. */
  #resting = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#queue = new LogQueue(options.maxQueueBytes);
    this.#reporter = createReporter(options.host);
    const onFailure = (cause: unknown) =>
      this.#reporter.failed(this.#queue.held, this.#spool?.source.length ?? 0, cause);
    this.#batches = new BatchWriter({ ...options, now: options.host.now, onFailure });
    if (options.spool !== undefined) this.#spool = this.#open(options.spool);
  }

  /** Never throws. Waits for the sink only with a `flushIntervalMs` of 0, where the promise covers the write. */
  push(entry: LogEntry): MaybePromise<void> {
    const { flushIntervalMs, maxBatch, maxQueueBytes, host } = this.#options;
    this.#queue.push(entry);
    this.#reportDrops();
    if (this.#queue.bytes > maxQueueBytes / 2) this.#spool?.spiller.spillSoon();
    if (flushIntervalMs === 0) return this.#writeNow();
    if (this.#flushing !== undefined || this.#resting) return this.#spool?.spiller.watch();
    if (this.#queue.length === maxBatch) host.defer(() => void this.#flush());
    this.#arm(flushIntervalMs);
  }

  stats(): LogStats {
    const spool = this.#spool?.stats() ?? EMPTY_SPOOL;
    return {
      queued: this.#queue.held,
      queuedBytes: this.#queue.bytes,
      spooled: this.#spool?.source.length ?? 0,
      spooledBytes: spool.bytes,
      written: this.#batches.written,
      dropped: this.#queue.dropped + this.#batches.refused + spool.dropped,
      droppedBodies: this.#queue.droppedBodies + spool.droppedBodies,
      failures: this.#batches.failures,
      spoolFailures: this.#spoolFailures,
    };
  }

  /**
   * Writes what waits. What the sink doesn't take goes to the spool. Without one the sink is tried again for ten seconds;
   * then what was left is reported.
   */
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
    const left = await this.#saveRest();
    if (left > 0) this.#reporter.leftBehind(left);
  }

  #open(spool: LogSpool) {
    const { flushIntervalMs, ...options } = this.#options;
    const spiller = new Spiller({
      ...options,
      spool,
      queue: this.#queue,
      intervalMs: flushIntervalMs,
      sinkState: () => this.#sinkState(),
      onFailure: (cause) => {
        this.#spoolFailures += 1;
        this.#reporter.notSpooled(this.#queue.held, cause);
      },
      onMoved: () => {
        this.#reportDrops();
        if (this.#flushing === undefined) this.#arm(this.#resting ? this.#batches.retryMs : flushIntervalMs);
      },
    });
    spool.onFound(() => {
      if (this.#flushing === undefined && !this.#resting) this.#arm(0);
    });
    return { source: new SpoolSource(spool), spiller, stats: () => spool.stats() };
  }

  get #waiting(): number {
    return this.#queue.length + (this.#spool?.source.length ?? 0);
  }

  #sinkState(): SinkState {
    if (this.#resting || this.#batches.busyMs >= SILENT_MS) return 'stuck';
    return this.#flushing === undefined ? 'idle' : 'busy';
  }

  async #empty(expired: () => boolean): Promise<void> {
    while (!expired() && (this.#flushing !== undefined || this.#waiting > 0)) {
      if (await this.#flush()) continue;
      if (await this.#spool?.spiller.spill()) return;
      await new Promise<void>((resolve) => this.#options.timer(resolve, this.#batches.retryMs));
    }
  }

  /** Puts what is in memory into the spool, and answers how many rows remain. */
  async #saveRest(): Promise<number> {
    if (this.#spool === undefined || this.#queue.held === 0) return this.#queue.held;
    const { spiller } = this.#spool;
    spiller.stop();
    await spiller.spill();
    // The sink may have written them all the same; the second time changes nothing.
    const underWay = this.#batches.underWayOf(this.#queue);
    const isSaved = await spiller.rescue(underWay);
    return this.#queue.held - (isSaved ? underWay.length : 0);
  }

  /** No call may lean on another call's time to live, so each writes whatever waits. */
  async #writeNow(): Promise<void> {
    let written: number | null = 0;
    do written = await this.#batches.write(this.#queue);
    while (written !== null && this.#queue.length > 0);
    if (written === null) await this.#spool?.spiller.spill();
    else if (this.#waiting > 0) this.#arm(0);
    this.#reportDrops();
  }

  /** Resolves to false when the sink failed. */
  #flush(): Promise<boolean> {
    this.#stopTimer();
    this.#flushing ??= this.#drain();
    return this.#flushing;
  }

  async #drain(): Promise<boolean> {
    const startedAt = this.#options.host.now();
    const done = (await this.#writeWaiting()) && (await this.#writeSpooled());
    this.#flushing = undefined;
    this.#resting = !done;
    this.#reportDrops();
    if (!done && this.#queue.length > 0) this.#spool?.spiller.watch();
    if (this.#waiting > 0) this.#arm(done ? this.#patience(startedAt) : this.#batches.retryMs);
    return done;
  }

  /** Writes what waits at this moment; what comes in meanwhile waits for company. */
  async #writeWaiting(): Promise<boolean> {
    let left = this.#queue.length;
    while (left > 0 && this.#queue.length > 0) {
      const written = await this.#batches.write(this.#queue);
      if (written === null) return false;
      left -= written;
      // Calls get their turn between two batches.
      if (left > 0) await new Promise<void>((resolve) => this.#options.host.defer(resolve));
    }
    return true;
  }

  /** One batch of what waits in the spool: new rows go first, so that few of them are in memory alone. */
  async #writeSpooled(): Promise<boolean> {
    if (this.#spool === undefined || this.#spool.source.length === 0) return true;
    return (await this.#batches.write(this.#spool.source)) !== null;
  }

  /** How long what came in during a write may wait for more. */
  #patience(startedAt: number): number {
    const tookMs = this.#options.host.now() - startedAt;
    // An hour of rows is not written in one go: calls have half of the time.
    if (this.#spool !== undefined && this.#spool.source.length > 0) return tookMs;
    if (this.#queue.length >= this.#options.maxBatch) return 0;
    return Math.max(0, this.#options.flushIntervalMs - tookMs);
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

const EMPTY_SPOOL: SpoolStats = { rows: 0, bytes: 0, dropped: 0, droppedBodies: 0 };
