import { type Frame, type FrameData, type Framing, MalformedStreamError } from '@sluice/core';
import { decodeUtf8, encodeUtf8 } from '../../support/utf8.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A frame with the bytes it was cut from, as text. */
export interface CutFrame extends FrameData {
  readonly wire: string;
}

/** The frames of a stream that arrives in one piece. */
export function framesOf(framing: Framing, stream: string | Bytes): readonly CutFrame[] {
  return cutWith(framing, [typeof stream === 'string' ? encodeUtf8(stream) : stream]);
}

/** The frames of a stream that arrives in these pieces, those included that only its end completes. */
export function cutWith(framing: Framing, pieces: readonly Bytes[]): readonly CutFrame[] {
  const decoder = framing.createDecoder();
  const frames: CutFrame[] = [];
  const take = (cut: (sink: (frame: Frame) => void) => Bytes): void => {
    const read: Frame[] = [];
    const window = cut((frame) => read.push(frame));
    let start = 0;
    for (const { end, ...frame } of read) {
      frames.push({ ...frame, wire: decodeUtf8(window.subarray(start, end)) });
      start = end;
    }
  };
  for (const piece of pieces) take((sink) => decoder.push(piece, sink));
  take((sink) => decoder.end(sink));
  return frames;
}

/** A stream cut in two at each position, and into single bytes. */
export function halves(stream: string | Bytes): readonly (readonly Bytes[])[] {
  const bytes = typeof stream === 'string' ? encodeUtf8(stream) : stream;
  const pairs = Array.from(bytes, (_, at) => [bytes.slice(0, at), bytes.slice(at)]);
  return [...pairs, Array.from(bytes, (byte) => Uint8Array.of(byte))];
}

/** How a decoder refused what it was given. */
export function thrownBy(push: () => unknown): MalformedStreamError {
  try {
    push();
  } catch (thrown) {
    if (thrown instanceof MalformedStreamError) return thrown;
    throw thrown;
  }
  throw new Error('The bytes were not refused.');
}
