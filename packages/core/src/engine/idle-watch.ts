/**
 * Notices when an upstream stays silent for too long. One timer serves a whole answer: it is re-armed when it fires,
 * not with every piece that arrives, so a fast stream pays nothing.
 */
export class IdleWatch {
  readonly #limitMs: number;
  readonly #now: () => number;
  readonly #onStall: () => void;
  #waitingSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number, now: () => number, onStall: () => void) {
    this.#limitMs = limitMs;
    this.#now = now;
    this.#onStall = onStall;
  }

  /** A read begins; a slow client between two reads does not count as silence. */
  waiting(): void {
    this.#waitingSince = this.#now();
    this.#timer ??= setTimeout(() => this.#check(), this.#limitMs);
  }

  arrived(): void {
    this.#waitingSince = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waitingSince = undefined;
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#waitingSince === undefined) return;
    const left = this.#waitingSince + this.#limitMs - this.#now();
    if (left <= 0) this.#onStall();
    else this.#timer = setTimeout(() => this.#check(), left);
  }
}
