import type { FrameData } from '@sluice/core';
import { encodeUtf8 } from '../support/utf8.ts';
import { crc32 } from './crc32.ts';

/** One message with valid CRCs whose headers say what kind of frame it is. */
export function encodeMessage(frame: FrameData): Uint8Array<ArrayBuffer> {
  const headers = headersOf(frame).map(encodeHeader);
  const payload = encodeUtf8(frame.data ?? '');
  const headersLength = headers.reduce((length, header) => length + header.length, 0);
  const message = new Uint8Array(PRELUDE_BYTES + headersLength + payload.length + CRC_BYTES);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, headersLength);
  view.setUint32(8, crc32(message, 0, 8));
  let at = PRELUDE_BYTES;
  for (const part of [...headers, payload]) {
    message.set(part, at);
    at += part.length;
  }
  view.setUint32(at, crc32(message, 0, at));
  return message;
}

function headersOf({ event, data, messageType = 'event' }: FrameData): readonly (readonly [string, string])[] {
  const content: readonly (readonly [string, string])[] =
    data === undefined ? [] : [[':content-type', 'application/json']];
  const name: readonly (readonly [string, string])[] =
    event === undefined ? [] : [[NAME_HEADERS[messageType] ?? ':event-type', event]];
  return [...name, ...content, [':message-type', messageType]];
}

function encodeHeader([name, value]: readonly [string, string]): Uint8Array {
  const nameBytes = encodeUtf8(name);
  const valueBytes = encodeUtf8(value);
  const header = new Uint8Array(nameBytes.length + valueBytes.length + 4);
  header[0] = nameBytes.length;
  header.set(nameBytes, 1);
  const type = 1 + nameBytes.length;
  header[type] = STRING;
  new DataView(header.buffer).setUint16(type + 1, valueBytes.length);
  header.set(valueBytes, type + 3);
  return header;
}

const PRELUDE_BYTES = 12;
const CRC_BYTES = 4;
const STRING = 7;
const NAME_HEADERS: Readonly<Record<string, string>> = { exception: ':exception-type', error: ':error-code' };
