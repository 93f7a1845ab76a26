import type { MaybePromise, MetadataRollup, PluginHost, Rollup, RollupSink } from '@sluice/core';
import type { Counted } from './counted.ts';
import { Ledger } from './ledger.ts';
import type { Line } from './minute.ts';
import { TotalsBook } from './totals.ts';

/** Runs a task after so many milliseconds, unless the returned function is called first. */
export type Timer = (task: () => void, ms: number) => () => void;

/** What the roll-ups have come to since the start. */
export interface AnalyticsStats {
  /** Rows that changed and are not written yet. */
  readonly queued: number;
  /** Rows written, each time counted. */
  readonly written: number;
  /** Calls that were given up, and are missing in what is read. */
  readonly dropped: number;
  /** How often the sink failed. */
  readonly failures: number;
}

export interface RollupWriterOptions {
  readonly sink: RollupSink;
  readonly host: PluginHost;
  readonly timer: Timer;
  readonly flushIntervalMs: number;
  readonly maxRows: number;
}

/** Adds calls up and writes what changed, off the path of calls, again and again for as long as the sink fails. */
export class RollupWriter {
  readonly totals: TotalsBook = new TotalsBook();
  readonly #options: RollupWriterOptions;
  readonly #ledger: Ledger;
  #written = 0;
  /** Rows that the sink has been given and has not taken yet. */
  #underWay = 0;
  #failures = 0;
  #retryMs = FIRST_RETRY_MS;
  #quietUntil = Number.NEGATIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #flushing: Promise<boolean> | undefined;

  constructor(options: RollupWriterOptions) {
    this.#options = options;
    const { host, maxRows } = options;
    // On Workers nothing random is to be had before the first call.
    let process: string | undefined;
    let minutes = 0;
    const newWriter = (): string => {
      process ??= host.newId().slice(-12);
      minutes += 1;
      return `${process}-${minutes}`;
    };
    this.#ledger = new Ledger({ totals: this.totals, maxRows, newWriter });
  }

  /** Never throws. Waits for the sink only with a `flushIntervalMs` of 0, where the promise covers the write. */
  add(call: Counted): MaybePromise<void> {
    this.#ledger.add(call);
    const { flushIntervalMs } = this.#options;
    if (flushIntervalMs === 0) return this.#writeNow();
    if (this.#flushing === undefined) this.#arm(flushIntervalMs);
  }

  stats(): AnalyticsStats {
    const { waiting, dropped } = this.#ledger;
    return { queued: waiting + this.#underWay, written: this.#written, dropped, failures: this.#failures };
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
    const { queued } = this.stats();
    if (queued > 0) this.#options.host.report(`${queued} rows of roll-ups could not be written before the end.`);
  }

  async #empty(expired: () => boolean): Promise<void> {
    while (!expired() && (this.#flushing !== undefined || this.#ledger.waiting > 0)) {
      if (await this.#flush()) continue;
      await new Promise<void>((resolve) => this.#options.timer(resolve, this.#retryMs));
    }
  }

  async #writeNow(): Promise<void> {
    await this.#writeWaiting();
    this.#ledger.tidy(this.#options.host.now());
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
    this.#ledger.tidy(this.#options.host.now());
    if (this.#ledger.waiting > 0) this.#arm(done ? this.#options.flushIntervalMs : this.#retryMs);
    return done;
  }

  async #writeWaiting(): Promise<boolean> {
    let left = this.#ledger.waiting;
    while (left > 0) {
      const lines = this.#ledger.take(Math.min(left, BATCH));
      if (lines.length === 0) return true;
      if (!(await this.#write(lines))) return false;
      left -= lines.length;
      // Calls get their turn between two batches.
      if (left > 0) await new Promise<void>((resolve) => this.#options.host.defer(resolve));
    }
    return true;
  }

  async #write(lines: readonly Line[]): Promise<boolean> {
    const counts = lines.map(({ entry }) => entry.requests);
    this.#underWay += lines.length;
    try {
      await this.#options.sink.write(...toRows(lines));
    } catch (cause) {
      this.#ledger.putBack(lines);
      this.#failures += 1;
      this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
      this.#report(cause);
      return false;
    } finally {
      this.#underWay -= lines.length;
    }
    for (const [index, { entry }] of lines.entries()) entry.stored = counts[index] ?? 0;
    this.#written += lines.length;
    this.#retryMs = FIRST_RETRY_MS;
    return true;
  }

  #arm(ms: number): void {
    this.#disarm ??= this.#options.timer(() => void this.#flush(), ms);
  }

  #stopTimer(): void {
    this.#disarm?.();
    this.#disarm = undefined;
  }

  /** A dead store must not flood the console. */
  #report(cause: unknown): void {
    const { host } = this.#options;
    if (host.now() < this.#quietUntil) return;
    this.#quietUntil = host.now() + QUIET_MS;
    const { queued, dropped } = this.stats();
    const lost = dropped === 0 ? '' : ` ${dropped} calls are missing in them for good.`;
    host.report(
      `Roll-ups could not be written. ${queued} rows wait in memory and are tried again; calls go on.${lost}`,
      cause,
    );
  }
}

const BATCH = 200;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
const CLOSE_WITHIN_MS = 10_000;
const QUIET_MS = 10_000;

function toRows(lines: readonly Line[]): [Rollup[], MetadataRollup[]] {
  const main: Rollup[] = [];
  const metadata: MetadataRollup[] = [];
  for (const { toRow } of lines) {
    const made = toRow();
    if (made.type === 'main') main.push(made.row);
    else metadata.push(made.row);
  }
  return [main, metadata];
}
