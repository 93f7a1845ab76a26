/** How columns become values of `SqlValue`: numbers also where they are wider, flags 0 and 1, the rest as its text. */
export const COLUMN_TYPES = {
  // int8, numeric (a sum of int8). What is counted here stays below 2^53.
  integer: { to: 20, from: [20, 1700], serialize: String, parse: Number },
  boolean: { to: 16, from: [16], serialize: String, parse: (text: string): number => (text === 't' ? 1 : 0) },
  bytes: { to: 17, from: [17], serialize: toHex, parse: fromHex },
  time: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: (text: string): string => text },
  json: { to: 114, from: [114, 3802], serialize: String, parse: (text: string): string => text },
};

function toHex(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}
