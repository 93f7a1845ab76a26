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
  const json = encoder.encode(JSON.stringify({ version: VERSION, ...head }));
  const bytes = new Uint8Array(LENGTH_BYTES + json.byteLength + body.byteLength);
  new DataView(bytes.buffer).setUint32(0, json.byteLength);
  bytes.set(json, LENGTH_BYTES);
  bytes.set(body, LENGTH_BYTES + json.byteLength);
  return bytes;
}

/** The entry in these bytes, its body a copy of its own; undefined for what this version did not write. */
export function decodeEntry(bytes: Uint8Array<ArrayBuffer>): Entry | undefined {
  if (bytes.byteLength < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  try {
    const head = JSON.parse(decoder.decode(bytes.subarray(LENGTH_BYTES, end))) as Head;
    return head.version === VERSION ? { ...head, body: bytes.slice(end) } : undefined;
  } catch {
    return undefined;
  }
}

interface Head extends Omit<Entry, 'body'> {
  readonly version: number;
}

const VERSION = 1;
const LENGTH_BYTES = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
