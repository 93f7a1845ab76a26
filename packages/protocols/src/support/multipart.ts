import { headerParameter, mediaType } from './content-type.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/**
 * The text fields of a `multipart/form-data` body among `names`, read in place: the body is neither copied nor
 * encoded anew, and files are skipped. Reading stops when every name was found.
 */
export function multipartFields(
  body: Uint8Array,
  contentType: string,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const boundary = mediaType(contentType) === 'multipart/form-data' ? headerParameter(contentType, 'boundary') : null;
  const found: Record<string, string> = {};
  if (boundary === null) return found;
  const delimiter = encodeUtf8(`--${boundary}`);
  let at = indexOfBytes(body, delimiter, 0);
  while (at !== -1 && Object.keys(found).length < names.length) {
    const start = at + delimiter.length;
    at = indexOfBytes(body, delimiter, start);
    // RFC 2046 5.1.1: the line break before a delimiter belongs to the delimiter. The last part may be cut off.
    readPart(body.subarray(start, at === -1 ? body.length : at - 2), names, found);
  }
  return found;
}

function readPart(part: Uint8Array, names: readonly string[], found: Record<string, string>): void {
  const headersEnd = indexOfBytes(part.subarray(0, MAX_HEADER_BYTES), BLANK_LINE, 0);
  if (headersEnd === -1) return;
  const disposition = /^content-disposition:(.*)$/im.exec(decodeUtf8(part.subarray(0, headersEnd)))?.[1] ?? '';
  const name = headerParameter(disposition, 'name');
  if (name === null || !names.includes(name) || headerParameter(disposition, 'filename') !== null) return;
  const value = part.subarray(headersEnd + BLANK_LINE.length);
  if (value.length <= MAX_VALUE_BYTES) found[name] = decodeUtf8(value);
}

function indexOfBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0] as number;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, wanted, at)) return at;
  }
  return -1;
}

function startsWith(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let i = 1; i < wanted.length; i++) {
    if (bytes[at + i] !== wanted[i]) return false;
  }
  return true;
}

const BLANK_LINE = encodeUtf8('\r\n\r\n');
const MAX_HEADER_BYTES = 8192;
const MAX_VALUE_BYTES = 65_536;
