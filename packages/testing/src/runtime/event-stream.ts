import { crc32 } from 'node:zlib';

/** One message of Amazon's event stream, with string headers alone and both checksums right. */
export function message(headers: Readonly<Record<string, string>>, payload: string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(PRELUDE_BYTES + head.length + body.length + CRC_BYTES);
  prelude.writeUInt32BE(head.length, 4);
  return sealed(Buffer.concat([sealed(prelude), head, body]));
}

/** A message that has arrived: its headers as they stand on the wire, and its payload. */
export interface ArrivedMessage {
  readonly headers: string;
  readonly payload: string;
}

/** Cuts whole messages from bytes; throws at a wrong checksum and at half a message. */
export function messages(bytes: Buffer): readonly ArrivedMessage[] {
  const found: ArrivedMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + bytes.readUInt32BE(at);
    const headersEnd = at + PRELUDE_BYTES + bytes.readUInt32BE(at + 4);
    assertSealed(bytes.subarray(at, at + PRELUDE_BYTES));
    assertSealed(bytes.subarray(at, end));
    const headers = bytes.toString('latin1', at + PRELUDE_BYTES, headersEnd);
    found.push({ headers, payload: bytes.toString('utf8', headersEnd, end - CRC_BYTES) });
    at = end;
  }
  return found;
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(STRING), length, Buffer.from(value)]);
}

function sealed(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(CRC_BYTES);
  sum.writeUInt32BE(crc32(bytes));
  return Buffer.concat([bytes, sum]);
}

function assertSealed(bytes: Buffer): void {
  const at = bytes.length - CRC_BYTES;
  if (bytes.readUInt32BE(at) !== crc32(bytes.subarray(0, at))) throw new Error('A checksum is wrong.');
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const STRING = 7;
