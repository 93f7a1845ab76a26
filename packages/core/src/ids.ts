const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const POOL_BYTES = 4096;

/**
 * Makes UUIDv7s, lower case (RFC 9562, 5.7). Random bits are drawn from the platform in bulk, because one draw per id
 * costs more than the rest of making it.
 */
export function createIdSource(now: () => number): () => string {
  let pool: Uint8Array<ArrayBuffer> | undefined;
  let used = POOL_BYTES;
  return () => {
    if (pool === undefined || used + 10 > POOL_BYTES) {
      // Drawn on first use, not at start: Workers forbids randomness outside a request.
      pool = crypto.getRandomValues(pool ?? new Uint8Array(POOL_BYTES));
      used = 0;
    }
    const id = format(now(), pool, used);
    used += 10;
    return id;
  };
}

function format(time: number, random: Uint8Array, at: number): string {
  const byte = (index: number): number => random[at + index] ?? 0;
  const hex = (value: number): string => HEX[value] ?? '00';
  const high = Math.floor(time / 0x1_0000);
  return (
    `${(high >>> 0).toString(16).padStart(8, '0')}-${(time % 0x1_0000).toString(16).padStart(4, '0')}` +
    `-${hex(0x70 | (byte(0) & 0x0f))}${hex(byte(1))}-${hex(0x80 | (byte(2) & 0x3f))}${hex(byte(3))}` +
    `-${hex(byte(4))}${hex(byte(5))}${hex(byte(6))}${hex(byte(7))}${hex(byte(8))}${hex(byte(9))}`
  );
}
