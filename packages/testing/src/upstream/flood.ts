/** A large body that knows how much of it could be written. */
export interface Flood {
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes that were asked for so far: what the peer and the buffers between have taken, one piece more or less. */
  readonly written: number;
}

/** A body of `size` bytes in pieces of 64 KiB, made while it is written: shows whether a slow reader holds us up. */
export function flood(size: number): Flood {
  const piece = new Uint8Array(64 * 1024).fill(0x61);
  let written = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    while (written < size) {
      const next = piece.subarray(0, Math.min(piece.length, size - written));
      written += next.length;
      yield next;
    }
  }
  return {
    body: pieces(),
    get written() {
      return written;
    },
  };
}
