import type { LogSpool, SpooledRows } from './log-spool.ts';
import type { QueuedEntry, RowSource } from './row-source.ts';
import { bodyBytes, rowBytes } from './row-weight.ts';

/** Hands out what waits in the spool, the oldest first, and has it removed once all of a portion is in the sink. */
export class SpoolSource implements RowSource {
  readonly #spool: LogSpool;
  #portion: SpooledRows | undefined;
  #waiting: QueuedEntry[] = [];
  #taken = 0;

  constructor(spool: LogSpool) {
    this.#spool = spool;
  }

  /** Rows that are not in the sink yet. */
  get length(): number {
    const written = this.#portion === undefined ? 0 : this.#portion.entries.length - this.#waiting.length - this.#taken;
    return Math.max(0, this.#spool.stats().rows - written);
  }

  async take(maxRows: number, maxBytes: number): Promise<readonly QueuedEntry[]> {
    if (this.#portion === undefined) await this.#load();
    let size = 0;
    const beyond = this.#waiting.findIndex((item, index) => {
      size += item.bytes;
      return index >= maxRows || (index > 0 && size > maxBytes);
    });
    const taken = this.#waiting.splice(0, beyond === -1 ? this.#waiting.length : beyond);
    this.#taken += taken.length;
    return taken;
  }

  async settle(taken: readonly QueuedEntry[]): Promise<void> {
    this.#taken -= taken.length;
    if (this.#waiting.length + this.#taken > 0) return;
    const written = this.#portion;
    this.#portion = undefined;
    await written?.done();
  }

  putBack(taken: readonly QueuedEntry[], where: 'front' | 'back'): void {
    this.#waiting = where === 'front' ? [...taken, ...this.#waiting] : [...this.#waiting, ...taken];
    this.#taken -= taken.length;
  }

  async #load(): Promise<void> {
    this.#portion = await this.#spool.oldest();
    this.#waiting = (this.#portion?.entries ?? []).map((entry) => ({
      entry,
      bytes: rowBytes(entry) + bodyBytes(entry),
      refusedAt: null,
    }));
  }
}
