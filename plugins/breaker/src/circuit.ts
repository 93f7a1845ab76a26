/** When a circuit opens, and for how long at first. */
export interface CircuitLimits {
  /** Failures in a row. */
  readonly failures: number;
  readonly openMs: number;
}

/** What becomes of a call that wants to pass: its own way, or how many milliseconds the target is still left alone. */
export type Verdict =
  | { readonly passes: true; readonly isProbe: boolean }
  | { readonly passes: false; readonly leftMs: number };

const LONGEST_OPEN_MS = 10 * 60_000;
const LONGEST_WISH_MS = 60 * 60_000;

/** A refused call comes back no sooner than this while a probe is under way, in milliseconds. */
const PROBE_MS = 1000;

/**
 * What is known of one target. Closed: calls pass. Open: they don't, for a while. Half-open, once that while is over: one
 * call at a time tries whether the target is well again.
 */
export class Circuit {
  #failures = 0;
  #openUntil: number | undefined;
  /** How long it was open the last time. */
  #openMs = 0;
  #isProbing = false;

  /** Whether a call may pass. One that `mustPass` always does, as the probe where that is free. */
  admit(now: number, mustPass: boolean): Verdict {
    if (this.#openUntil === undefined) return { passes: true, isProbe: false };
    const leftMs = this.#openUntil - now;
    if (leftMs <= 0 && !this.#isProbing) {
      this.#isProbing = true;
      return { passes: true, isProbe: true };
    }
    return mustPass ? { passes: true, isProbe: false } : { passes: false, leftMs: Math.max(leftMs, PROBE_MS) };
  }

  /** A call failed. `wishMs` is how long the vendor wants to be left alone. */
  failed(now: number, { failures, openMs }: CircuitLimits, isProbe: boolean, wishMs = 0): void {
    const wish = Math.min(wishMs, LONGEST_WISH_MS);
    this.#failures += 1;
    if (this.#openUntil !== undefined && !isProbe) {
      // It passed before the circuit opened, or because nothing else could answer it: nothing new but what the vendor says.
      this.#openUntil = Math.max(this.#openUntil, now + wish);
      return;
    }
    this.#isProbing = false;
    if (this.#failures < failures) return;
    this.#openMs = this.#openMs === 0 ? openMs : Math.min(this.#openMs * 2, Math.max(openMs, LONGEST_OPEN_MS));
    this.#openUntil = now + Math.max(this.#openMs, wish);
  }

  /** A stream began well. It may still break, and then the next failure opens the circuit again. */
  began(): void {
    this.#openUntil = undefined;
    this.#isProbing = false;
  }

  /** The probe said nothing about the target: its client left. */
  release(): void {
    this.#isProbing = false;
  }
}
