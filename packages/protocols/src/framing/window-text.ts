import { decodeUtf8 } from '../support/utf8.ts';

/**
 * A window's bytes from some offset on, decoded at once when they are ASCII: engines search and cut strings several
 * times faster than arrays of bytes. Offsets are those of the window.
 */
export class WindowText {
  #window: Uint8Array = NOTHING;
  #base = 0;
  /** One character for each byte from the base on, or undefined when some character needs more. */
  #text: string | undefined;

  /** Looks at what lies behind `base`. */
  open(window: Uint8Array, base: number): void {
    const bytes = base === 0 ? window : window.subarray(base);
    const text = decodeUtf8(bytes);
    // No UTF-8 sequence has more UTF-16 units than bytes, so equal lengths mean one unit for each byte.
    this.#text = text.length === bytes.length ? text : undefined;
    this.#window = window;
    this.#base = base;
  }

  /** Lets go of the window. */
  close(): void {
    this.#window = NOTHING;
    this.#text = undefined;
  }

  /** Where an ASCII character comes next, at or behind the base. */
  indexOf(code: number, from: number): number {
    if (this.#text === undefined) return this.#window.indexOf(code, from);
    const at = this.#text.indexOf(String.fromCharCode(code), from - this.#base);
    return at === -1 ? -1 : at + this.#base;
  }

  /** What the bytes from `start` to before `end` say, wherever they lie in the window. */
  slice(start: number, end: number): string {
    if (this.#text === undefined || start < this.#base) return decodeUtf8(this.#window.subarray(start, end));
    return this.#text.slice(start - this.#base, end - this.#base);
  }
}

const NOTHING = new Uint8Array(0);
