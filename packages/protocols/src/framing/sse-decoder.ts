import type { Frame, FrameDecoder } from '@sluice/core';
import { HeldBytes } from './held-bytes.ts';
import { WindowText } from './window-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Cuts server-sent events from bytes. Only line ends are searched for, and each byte is looked at once. */
export class SseDecoder implements FrameDecoder {
  readonly #held = new HeldBytes();
  readonly #text = new WindowText();
  /** Where the unfinished line begins, and up to where no line end is; both in the window. */
  #line = 0;
  #searched = 0;
  #started = false;
  /** A line has ended in CR alone, so a CR at the end of a piece need not wait for its LF. */
  #bareCr = false;
  /** The last piece ended with a CR that did not wait: an LF at the start of the next one belongs to it. */
  #skipLf = false;
  /** The unfinished event, and whether it has any line yet. */
  #event: string | undefined;
  #data: string | undefined;
  #open = false;

  push(chunk: Bytes, sink: (frame: Frame) => void): Bytes {
    const window = this.#held.window(chunk);
    if (this.#skipLf && chunk.length > 0) this.#readSkippedLf(window);
    this.#text.open(window, this.#searched);
    const done = this.#readLines(window, sink);
    this.#text.close();
    this.#held.keep(window, done);
    this.#line -= done;
    this.#searched -= done;
    return window;
  }

  end(sink: (frame: Frame) => void): Bytes {
    const window = this.#held.take();
    this.#text.open(window, window.length);
    // Only a CR that waited for its LF can stand at the end of the unfinished line.
    const end = window.at(-1) === CR ? window.length - 1 : window.length;
    if (end > this.#line) this.#readLine(window, this.#line, end);
    if (window.length > 0) this.#emit(window.length, sink);
    return window;
  }

  /** Reads every whole line of the window and returns the end of the last whole frame. */
  #readLines(window: Bytes, sink: (frame: Frame) => void): number {
    const text = this.#text;
    let done = 0;
    let cr = text.indexOf(CR, this.#searched);
    for (;;) {
      const from = this.#searched;
      const lf = window[from] === LF ? from : text.indexOf(LF, from);
      const end = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      const next = end === cr ? this.#behindCr(window, cr) : end + 1;
      if (next === NOT_YET) {
        this.#searched = end === -1 ? window.length : end;
        return done;
      }
      if (end === cr) cr = text.indexOf(CR, next);
      if (this.#readLine(window, this.#line, end)) {
        this.#emit(next, sink);
        done = next;
      }
      this.#line = next;
      this.#searched = next;
    }
  }

  /** Where the line behind a CR begins, or `NOT_YET` when the next piece may begin with the LF of a CR LF. */
  #behindCr(window: Bytes, cr: number): number {
    if (cr === -1) return NOT_YET;
    if (window[cr + 1] === LF) return cr + 2;
    const last = cr + 1 === window.length;
    if (last && !this.#bareCr) return NOT_YET;
    this.#bareCr = true;
    this.#skipLf = last;
    return cr + 1;
  }

  #readSkippedLf(window: Bytes): void {
    this.#skipLf = false;
    if (window[this.#line] !== LF) return;
    this.#line++;
    this.#searched++;
  }

  /** Takes in one line and says whether a frame ends with it. */
  #readLine(window: Bytes, start: number, end: number): boolean {
    let line = start;
    if (!this.#started) {
      this.#started = true;
      if (window[line] === 0xef && window[line + 1] === 0xbb && window[line + 2] === 0xbf) line += 3;
    }
    if (line === end) return true;
    // A comment outside an event is a frame of its own; inside it is skipped.
    if (window[line] === COLON) return !this.#open;
    this.#open = true;
    this.#readField(window, line, end);
    return false;
  }

  #readField(window: Bytes, line: number, end: number): void {
    const data = valueStart(window, line, end, DATA);
    if (data !== -1) {
      const value = this.#text.slice(data, end);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      return;
    }
    const event = valueStart(window, line, end, EVENT);
    // An empty name is no name (WHATWG HTML 9.2.6).
    if (event !== -1) this.#event = this.#text.slice(event, end) || undefined;
  }

  #emit(end: number, sink: (frame: Frame) => void): void {
    const frame: Frame = { event: this.#event, data: this.#data, end };
    this.#event = undefined;
    this.#data = undefined;
    this.#open = false;
    sink(frame);
  }
}

/** Where the value of a field begins, or -1 when the line is of another field. */
function valueStart(window: Bytes, line: number, end: number, name: readonly number[]): number {
  for (let i = 0; i < name.length; i++) {
    if (window[line + i] !== name[i]) return -1;
  }
  const colon = line + name.length;
  if (colon === end) return end;
  if (window[colon] !== COLON) return -1;
  return window[colon + 1] === SPACE ? colon + 2 : colon + 1;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const NOT_YET = -1;
const DATA: readonly number[] = [0x64, 0x61, 0x74, 0x61];
const EVENT: readonly number[] = [0x65, 0x76, 0x65, 0x6e, 0x74];
