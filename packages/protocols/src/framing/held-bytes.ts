import { MalformedStreamError } from '@sluice/core';

/** The most a stream may send without completing a frame: a picture of 40 MB in base64 still fits. */
export const MAX_FRAME_BYTES: number = 64 * 1024 * 1024;

/** A frame is past the bound, so whatever else the stream holds can't be read. */
export function frameTooLarge(window: Uint8Array<ArrayBuffer>): MalformedStreamError {
  return new MalformedStreamError(`a frame larger than ${MAX_FRAME_BYTES} bytes, the most that is read as one`, window);
}

/**
 * The bytes behind the last whole frame, kept until the rest of their frame arrives. A piece that ends where a frame
 * ends is never copied; a large frame in small pieces is copied a constant number of times.
 */
export class HeldBytes {
  #buffer: Uint8Array<ArrayBuffer> = NOTHING;
  #length = 0;

  /** What was held back and this piece, in one array. */
  window(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#length === 0) return chunk;
    const length = this.#length + chunk.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
    return this.#buffer.subarray(0, length);
  }

  /** Keeps what lies behind `from`. The rest of the window is its reader's: it may be sent or transferred. */
  keep(window: Uint8Array<ArrayBuffer>, from: number): void {
    const length = window.length - from;
    if (length > MAX_FRAME_BYTES) throw frameTooLarge(window);
    // Nothing was cut from a window that is our buffer already.
    const kept = from === 0 && this.#length === length && length > 0;
    if (!kept) this.#buffer = length === 0 ? NOTHING : window.slice(from);
    this.#length = length;
  }

  /** What is held back, for the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const rest = this.#buffer.subarray(0, this.#length);
    this.#buffer = NOTHING;
    this.#length = 0;
    return rest;
  }

  #grow(length: number): void {
    const buffer = new Uint8Array(Math.max(length, Math.min(this.#buffer.length * 2, MAX_FRAME_BYTES)));
    buffer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = buffer;
  }
}

const NOTHING = new Uint8Array(0);
