import type { Frame, FrameData, FrameDecoder, Framing } from '@sluice/core';
import { decodeUtf8, encodeUtf8 } from '../support/utf8.ts';
import { HeldBytes } from './held-bytes.ts';

/** One JSON text per line, split on LF only; an empty line is a frame without data, the last line may lack its LF. */
export const ndjson: Framing = {
  name: 'ndjson',
  createDecoder: (): FrameDecoder => new NdjsonDecoder(),
  // A line break in JSON text can only be white space between tokens.
  encode: ({ data }: FrameData): Uint8Array<ArrayBuffer> => encodeUtf8(`${data?.replaceAll('\n', ' ') ?? ''}\n`),
  terminator: encodeUtf8('\n'),
  close: (): Uint8Array<ArrayBuffer> => encodeUtf8(''),
};

type Bytes = Uint8Array<ArrayBuffer>;

class NdjsonDecoder implements FrameDecoder {
  readonly #held = new HeldBytes();
  #searched = 0;

  push(chunk: Bytes, sink: (frame: Frame) => void): Bytes {
    const window = this.#held.window(chunk);
    let line = 0;
    for (let lf = window.indexOf(LF, this.#searched); lf !== -1; lf = window.indexOf(LF, line)) {
      sink({ data: lineData(window, line, lf), end: lf + 1 });
      line = lf + 1;
    }
    this.#held.keep(window, line);
    this.#searched = window.length - line;
    return window;
  }

  end(sink: (frame: Frame) => void): Bytes {
    const window = this.#held.take();
    if (window.length > 0) sink({ data: lineData(window, 0, window.length), end: window.length });
    return window;
  }
}

function lineData(window: Bytes, start: number, lf: number): string | undefined {
  const end = window[lf - 1] === CR && lf > start ? lf - 1 : lf;
  return end === start ? undefined : decodeUtf8(window.subarray(start, end));
}

const LF = 0x0a;
const CR = 0x0d;
