import { MalformedStreamError } from '@sluice/core';
import { WindowText } from './window-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The string headers between two offsets of a window; headers of other types are stepped over. */
export function readHeaders(window: Bytes, from: number, to: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const bytes = window.subarray(from, to);
  const text = new WindowText();
  text.open(bytes, 0);
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const type = bytes[nameEnd];
    const valueStart = nameEnd + 1;
    const size = type === undefined ? undefined : FIXED_SIZES[type];
    if (size === undefined) throw new MalformedStreamError(`an event stream header of type ${type}`, window);
    const [value, next] = valueRange(bytes, size, valueStart);
    if (next > bytes.length) throw new MalformedStreamError('an event stream header that is cut off', window);
    if (type === STRING) headers.set(text.slice(at + 1, nameEnd), text.slice(value, next));
    at = next;
  }
  return headers;
}

/** Where a header's value begins and ends. */
function valueRange(bytes: Bytes, size: number, start: number): readonly [number, number] {
  if (size !== SIZE_PREFIXED) return [start, start + size];
  const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  return [start + 2, start + 2 + length];
}

const STRING = 7;
const SIZE_PREFIXED = -1;
/** Bytes of a value by header type: true, false, i8, i16, i32, i64, bytes, string, timestamp, uuid. */
const FIXED_SIZES: readonly number[] = [0, 0, 1, 2, 4, 8, SIZE_PREFIXED, SIZE_PREFIXED, 8, 16];
