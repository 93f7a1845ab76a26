import type { StreamTap } from '../contracts/plugin.ts';
import type { FrameData, Framing } from '../contracts/protocol.ts';
import { concat } from './bytes.ts';

/** Writes a stream anew when a tap changes its frames. */
export interface Rewriter {
  push(frame: FrameData): void;
  /** The stream is over: lets taps emit what they held back. */
  flush(): void;
  /** The bytes of what was emitted since the last time. */
  take(): Uint8Array<ArrayBuffer>;
}

type Emit = (frame: FrameData) => void;

/** Undefined when no tap rewrites: then the upstream's own bytes travel. */
export function createRewriter(taps: readonly StreamTap[], framing: Framing): Rewriter | undefined {
  if (!taps.some((tap) => tap.rewrite !== undefined)) return undefined;
  let isFirst = true;
  let written: Uint8Array<ArrayBuffer>[] = [];
  const write: Emit = (frame) => {
    written.push(framing.encode(frame, isFirst));
    isFirst = false;
  };
  const flushes: (() => void)[] = [];
  // Built from the outermost tap inwards, so that each one emits into the next.
  const entry = taps.reduceRight<Emit>((outer, tap) => {
    if (tap.flush !== undefined) flushes.unshift(() => tap.flush?.(outer));
    return through(tap, outer);
  }, write);
  return {
    push: (frame) => (frame.data === undefined ? write(frame) : entry(frame)),
    flush: () => {
      for (const flush of flushes) flush();
    },
    take: () => {
      const bytes = concat(written);
      written = [];
      return bytes;
    },
  };
}

function through(tap: StreamTap, outer: Emit): Emit {
  if (tap.rewrite !== undefined) return (frame) => tap.rewrite?.(frame, outer);
  if (tap.observe === undefined) return outer;
  return (frame) => {
    tap.observe?.(frame);
    outer(frame);
  };
}
