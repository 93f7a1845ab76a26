import type { ByteBudget } from './byte-budget.ts';

/** Keeps a copy of what passes, for as long as it is small enough. */
export interface Capture {
  push(chunk: Uint8Array): void;
  /** All that passed, or null when there was nothing or too much. Gives the memory back to the budget. */
  finish(): Uint8Array | null;
}

const FIRST_BYTES = 4096;

/** A capture of up to `maxBytes` that holds no more memory than the budget allows. Both bounds make it give up, not wait. */
export function createCapture(maxBytes: number, budget: ByteBudget): Capture {
  let kept: Uint8Array<ArrayBuffer> | undefined = new Uint8Array(0);
  let size = 0;

  function giveUp(): void {
    if (kept !== undefined) budget.give(kept.byteLength);
    kept = undefined;
  }

  function grow(needed: number): boolean {
    const held = kept?.byteLength ?? 0;
    const capacity = Math.max(needed, Math.min(maxBytes, Math.max(FIRST_BYTES, held * 2)));
    if (needed > maxBytes || !budget.take(capacity - held)) return false;
    // Copied rather than collected: a chunk is often a small view that would keep a large socket buffer alive.
    const larger = new Uint8Array(capacity);
    larger.set(kept?.subarray(0, size) ?? []);
    kept = larger;
    return true;
  }

  return {
    push(chunk) {
      if (kept === undefined) return;
      if (size + chunk.byteLength > kept.byteLength && !grow(size + chunk.byteLength)) return giveUp();
      kept.set(chunk, size);
      size += chunk.byteLength;
    },
    finish() {
      const whole = kept === undefined || size === 0 ? null : kept.slice(0, size);
      giveUp();
      return whole;
    },
  };
}

/** The bytes as they may be queued, or null when there are none or too many. */
export function keepable(bytes: Uint8Array | null, maxBytes: number): Uint8Array | null {
  if (bytes === null || bytes.byteLength === 0 || bytes.byteLength > maxBytes) return null;
  // A small view would keep the whole buffer behind it alive, which no count of ours includes.
  return bytes.buffer.byteLength > 2 * bytes.byteLength ? new Uint8Array(bytes) : bytes;
}
