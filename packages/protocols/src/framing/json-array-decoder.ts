import { type Frame, type FrameDecoder, MalformedStreamError } from '@sluice/core';
import { decodeUtf8 } from '../support/utf8.ts';
import { HeldBytes } from './held-bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Cuts the elements of a streamed array of objects by counting brackets outside of strings. */
export class JsonArrayDecoder implements FrameDecoder {
  readonly #held = new HeldBytes();
  /** Up to where the window was read; where the unfinished element begins, or -1 between elements. */
  #at = 0;
  #element = -1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  push(chunk: Bytes, sink: (frame: Frame) => void): Bytes {
    const window = this.#held.window(chunk);
    let done = 0;
    while (this.#at < window.length) {
      const ended = this.#element === -1 ? this.#readBetween(window) : this.#readElement(window);
      if (!ended) continue;
      done = this.#at;
      sink({ data: this.#element === -1 ? undefined : decodeUtf8(window.subarray(this.#element, done)), end: done });
      this.#element = -1;
    }
    this.#held.keep(window, done);
    this.#at -= done;
    if (this.#element !== -1) this.#element -= done;
    return window;
  }

  /** An element that was cut off is handed over as it is; white space behind the last bracket is no frame. */
  end(sink: (frame: Frame) => void): Bytes {
    const window = this.#held.take();
    if (this.#element !== -1) sink({ data: decodeUtf8(window.subarray(this.#element)), end: window.length });
    return window;
  }

  /** Steps over one byte between elements; true behind the closing bracket. */
  #readBetween(window: Bytes): boolean {
    const byte = window[this.#at] as number;
    if (byte === OPEN_BRACE) {
      this.#element = this.#at;
      return false;
    }
    if (!BETWEEN.has(byte)) {
      const what = `a JSON array with the byte 0x${byte.toString(16)} where an object must begin`;
      throw new MalformedStreamError(what, window);
    }
    this.#at++;
    return byte === CLOSE_BRACKET;
  }

  /** Reads on in an element; true behind its last brace. */
  #readElement(window: Bytes): boolean {
    while (this.#at < window.length) {
      if (this.#inString) {
        this.#readString(window);
        continue;
      }
      const byte = window[this.#at++] as number;
      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --this.#depth === 0) return true;
    }
    return false;
  }

  /** Goes behind the closing quote, or to the end of what is there. */
  #readString(window: Bytes): void {
    while (this.#at < window.length) {
      const byte = window[this.#at++];
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        return;
      }
    }
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** Brackets, commas and JSON's white space. */
const BETWEEN: ReadonlySet<number> = new Set([OPEN_BRACKET, CLOSE_BRACKET, COMMA, 0x20, 0x09, 0x0a, 0x0d]);
