import { MalformedStreamError } from '@sluice/core';
import { WindowText } from './window-text.ts';

/** The string headers of an event stream message; headers of other types are stepped over. */
export function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const text = new WindowText();
  text.open(bytes, 0);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const type = bytes[nameEnd];
    const valueStart = nameEnd + 1;
    const [value, next] = valueRange(bytes, type, valueStart);
    if (next > bytes.length) throw new MalformedStreamError('A header of an event stream message is cut off.');
    if (type === STRING) headers.set(text.slice(at + 1, nameEnd), text.slice(value, next));
    at = next;
  }
  return headers;
}

/** Where a header's value begins and ends. */
function valueRange(bytes: Uint8Array, type: number | undefined, start: number): readonly [number, number] {
  const size = type === undefined ? undefined : FIXED_SIZES[type];
  if (size === undefined) throw new MalformedStreamError(`An event stream message has a header of type ${type}.`);
  if (size !== SIZE_PREFIXED) return [start, start + size];
  const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  return [start + 2, start + 2 + length];
}

const STRING = 7;
const SIZE_PREFIXED = -1;
/** Bytes of a value by header type: true, false, i8, i16, i32, i64, bytes, string, timestamp, uuid. */
const FIXED_SIZES: readonly number[] = [0, 0, 1, 2, 4, 8, SIZE_PREFIXED, SIZE_PREFIXED, 8, 16];
