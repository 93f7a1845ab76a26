import type { Counted } from './counted.ts';
import { type Line, Minute } from './minute.ts';
import type { TotalsBook } from './totals.ts';

export interface LedgerOptions {
  readonly totals: TotalsBook;
  /** Told apart from every other process. */
  newWriter(): string;
  /** How many rows are held at most. */
  readonly maxRows: number;
}

/** The minutes that are not over, or not written yet, bounded in rows: past that the oldest minute is given up. */
export class Ledger {
  readonly #options: LedgerOptions;
  /** Oldest first. */
  #minutes: Minute[] = [];
  #dropped = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Rows that wait to be written. */
  get waiting(): number {
    return this.#minutes.reduce((sum, { changed }) => sum + changed.size, 0);
  }

  /** Calls that were given up. */
  get dropped(): number {
    return this.#dropped;
  }

  add(call: Counted): void {
    const minute = this.#minuteOf(call.receivedAt);
    const { size } = minute;
    minute.add(call);
    if (minute.size === size) return;
    while (this.#size() > this.#options.maxRows) this.#giveUpOldest();
  }

  /** Rows that changed, the oldest minute's first, at most so many. They wait no more until they change again. */
  take(limit: number): Line[] {
    const taken: Line[] = [];
    for (const { changed } of this.#minutes) {
      for (const line of changed) {
        if (taken.length === limit) return taken;
        changed.delete(line);
        taken.push(line);
      }
    }
    return taken;
  }

  /** They could not be written. */
  putBack(lines: readonly Line[]): void {
    for (const line of lines) {
      line.minute.changed.add(line);
      // While it was being written it looked as if it were over.
      if (!this.#minutes.includes(line.minute)) this.#insert(line.minute);
    }
  }

  /**
   * Lets go of minutes that are over and written. What is written in part and waits for the rest so long that the store may
   * add it up to an hour is given up: the rest would come with all the part again.
   */
  tidy(now: number): void {
    for (const { start, changed } of this.#minutes) {
      if (start >= now - IN_PART_MS) continue;
      for (const line of changed) if (line.entry.stored > 0) this.#giveUp(line, changed);
    }
    this.#minutes = this.#minutes.filter(({ start, changed }) => start >= now - OPEN_MS || changed.size > 0);
  }

  #minuteOf(moment: number): Minute {
    const start = moment - (moment % MINUTE_MS);
    const last = this.#minutes.at(-1);
    if (last?.start === start) return last;
    const known = this.#minutes.find((minute) => minute.start === start);
    if (known !== undefined) return known;
    const minute = new Minute(start, this.#options.newWriter(), this.#options.totals);
    this.#insert(minute);
    return minute;
  }

  #insert(minute: Minute): void {
    this.#minutes.push(minute);
    this.#minutes.sort((a, b) => a.start - b.start);
  }

  #size(): number {
    return this.#minutes.reduce((sum, { size }) => sum + size, 0);
  }

  #giveUpOldest(): void {
    const changed = this.#minutes.shift()?.changed ?? new Set();
    for (const line of changed) this.#giveUp(line, changed);
  }

  #giveUp(line: Line, changed: Set<Line>): void {
    changed.delete(line);
    const { totals, requests, stored } = line.entry;
    if (totals !== undefined) this.#dropped += requests - stored;
  }
}

const MINUTE_MS = 60_000;
/** Most calls of a minute end in it or soon after. */
const OPEN_MS = 2 * MINUTE_MS;
/** The store adds minutes up to an hour when that is over for another. */
const IN_PART_MS = 50 * MINUTE_MS;
