/** A kept answer. Only whole successes are kept, so its status is 200. */
export interface Entry {
  /** `whole`, or the kind of stream it is. */
  readonly form: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
  /** When its call began, in milliseconds since 1970: a purge counts from here. */
  readonly startedAt: number;
  readonly freshUntil: number;
}

/** An entry as bytes: the length of its head, the head as JSON, the body. */
export function encodeEntry({ body, ...head }: Entry): Uint8Array<ArrayBuffer> {
  const json = toAscii(JSON.stringify({ version: VERSION, ...head }));
  const start = LENGTH_BYTES + json.length;
  const bytes = new Uint8Array(start + body.byteLength);
  for (let at = 0; at < LENGTH_BYTES; at++) bytes[at] = json.length >>> (8 * at);
  // Into its place at once: an array of its own costs more than the writing.
  encoder.encodeInto(json, bytes.subarray(LENGTH_BYTES));
  bytes.set(body, start);
  return bytes;
}

/** The entry in these bytes, its body a copy of its own; undefined for what this version did not write. */
export function decodeEntry(bytes: Uint8Array<ArrayBuffer>): Entry | undefined {
  let length = 0;
  for (let at = 0; at < LENGTH_BYTES; at++) length += (bytes[at] ?? 0) * 2 ** (8 * at);
  const start = LENGTH_BYTES + length;
  try {
    const head = JSON.parse(decoder.decode(bytes.subarray(LENGTH_BYTES, start))) as Head;
    return head.version === VERSION ? { ...head, body: new Uint8Array(bytes.subarray(start)) } : undefined;
  } catch {
    return undefined;
  }
}

/** JSON in which each character is one byte. */
function toAscii(json: string): string {
  return json.replace(BEYOND_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const BEYOND_ASCII = /[\u0080-\uffff]/g;

interface Head extends Omit<Entry, 'body'> {
  readonly version: number;
}

const VERSION = 1;
const LENGTH_BYTES = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
