import type { LogEntry } from '@sluice/core';
import type { QueuedEntry, RowSource } from './row-source.ts';
import { bodyBytes, rowBytes } from './row-weight.ts';

/**
 * Rows on their way to the sink, first in, first out, and bounded in bytes: when it would hold more, the oldest bodies
 * are dropped, then the oldest rows. Rows that were taken out count until they are settled or put back.
 */
export class LogQueue implements RowSource {
  readonly #maxBytes: number;
  #items: QueuedEntry[] = [];
  /** Items before this index are gone. */
  #head = 0;
  /** Items before this index have no bodies left to drop. */
  #bare = 0;
  #bytes = 0;
  #taken = 0;
  #dropped = 0;
  #droppedBodies = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Rows that can be taken. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Rows that wait or are taken. */
  get held(): number {
    return this.length + this.#taken;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get droppedBodies(): number {
    return this.#droppedBodies;
  }

  push(entry: LogEntry): void {
    const bytes = rowBytes(entry) + bodyBytes(entry);
    this.#items.push({ entry, bytes, refusedAt: null });
    this.#bytes += bytes;
    this.#enforceBound();
  }

  /** The oldest rows: up to `maxRows` and `maxBytes`, but at least one. */
  take(maxRows: number, maxBytes: number): QueuedEntry[] {
    const taken: QueuedEntry[] = [];
    let size = 0;
    for (let item = this.#first(); item !== undefined && taken.length < maxRows; item = this.#first()) {
      size += item.bytes;
      if (taken.length > 0 && size > maxBytes) break;
      taken.push(item);
      this.#advance();
    }
    this.#taken += taken.length;
    return taken;
  }

  /** They were written, or given up. */
  settle(taken: readonly QueuedEntry[]): void {
    this.#taken -= taken.length;
    for (const item of taken) this.#bytes -= item.bytes;
  }

  /** They could not be written, and wait in front of the others or behind them. */
  putBack(taken: readonly QueuedEntry[], where: 'front' | 'back'): void {
    const waiting = this.#items.slice(this.#head);
    this.#items = where === 'front' ? [...taken, ...waiting] : [...waiting, ...taken];
    this.#taken -= taken.length;
    this.#head = 0;
    this.#bare = 0;
    this.#enforceBound();
  }

  #first(): QueuedEntry | undefined {
    return this.#items[this.#head];
  }

  #advance(): void {
    this.#head += 1;
    this.#bare = Math.max(this.#bare, this.#head);
    // Moving the rest down for each row would cost a full queue dearly; now and then is enough.
    if (this.#head < 1024 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#bare -= this.#head;
    this.#head = 0;
  }

  #enforceBound(): void {
    for (; this.#bytes > this.#maxBytes && this.#bare < this.#items.length; this.#bare += 1) {
      this.#dropBodies(this.#items[this.#bare]);
    }
    for (let item = this.#first(); this.#bytes > this.#maxBytes && item !== undefined; item = this.#first()) {
      this.#bytes -= item.bytes;
      this.#dropped += 1;
      this.#advance();
    }
  }

  #dropBodies(item: QueuedEntry | undefined): void {
    if (item === undefined || item.entry.bodies === null) return;
    const bytes = bodyBytes(item.entry);
    item.entry = { record: item.entry.record, bodies: null };
    item.bytes -= bytes;
    this.#bytes -= bytes;
    this.#droppedBodies += 1;
  }
}
