import type { StreamTap } from '../contracts/plugin.ts';
import type { FrameData } from '../contracts/protocol.ts';

/** A tap that only looks on can't hurt the stream: when it fails it is reported once and no longer asked. */
export function guardTap(tap: StreamTap, report: (problem: string, cause?: unknown) => void): StreamTap {
  let hasFailed = false;
  const guarded =
    <T>(look: (seen: T) => void) =>
    (seen: T): void => {
      if (hasFailed) return;
      try {
        look(seen);
      } catch (thrown) {
        hasFailed = true;
        report('A plugin that watched a stream failed.', thrown);
      }
    };
  return {
    ...(tap.bytes && { bytes: guarded<Uint8Array>((chunk) => tap.bytes?.(chunk)) }),
    ...(tap.observe && { observe: guarded<FrameData>((frame) => tap.observe?.(frame)) }),
    ...(tap.rewrite && { rewrite: (frame, emit) => tap.rewrite?.(frame, emit) }),
    ...(tap.flush && { flush: (emit) => tap.flush?.(emit) }),
  };
}
