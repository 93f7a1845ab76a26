import { REDACTED } from './redact.ts';

/**
 * The bytes with these secrets made unreadable: the same array when none is in it, a copy otherwise. Null when they
 * can't be searched in time linear to their size, which takes a secret and a body made for each other.
 */
export function redactBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array | null {
  const search: Search = { bytes, stepsLeft: STEPS_PER_BYTE * bytes.length + FREE_STEPS };
  for (const secret of secrets) {
    const hits = findAll(search, ENCODER.encode(secret));
    if (hits === null) return null;
    if (hits.length > 0) search.bytes = replaced(search.bytes, hits);
  }
  return search.bytes;
}

interface Search {
  bytes: Uint8Array;
  stepsLeft: number;
}

interface Hit {
  readonly start: number;
  readonly end: number;
}

const ENCODER = new TextEncoder();
const MARK = ENCODER.encode(REDACTED);
// A search looks at one byte in ten or so. Whoever writes both key and body could make it look at each byte many times.
const STEPS_PER_BYTE = 4;
const FREE_STEPS = 4096;
// The end of a long secret is as telling as the whole, and what tells it from others (a JWT starts like any other JWT).
const LONGEST_TAIL = 32;

// How far a mismatch at each byte lets the search jump; made anew for each secret, which is cheaper than an allocation.
const jumps = new Uint8Array(256);

/** Looks for the tail of the secret (Horspool's way), and counts to the hit what of the secret stands before it. */
function findAll(search: Search, secret: Uint8Array): Hit[] | null {
  const { bytes } = search;
  const tail = secret.subarray(-LONGEST_TAIL);
  const last = tail.length - 1;
  jumps.fill(tail.length);
  for (let index = 0; index < last; index++) jumps[tail[index] ?? 0] = last - index;
  const hits: Hit[] = [];
  let { stepsLeft } = search;
  let done = 0;
  for (let at = last; at < bytes.length; ) {
    const missing = matchBack(bytes, at, tail);
    stepsLeft -= tail.length - missing + 1;
    if (stepsLeft < 0) return null;
    if (missing > 0) {
      at += jumps[bytes[at] ?? 0] ?? 1;
      continue;
    }
    const found = matchBack(bytes.subarray(done), at - done, secret);
    hits.push({ start: at + 1 - (secret.length - found), end: at + 1 });
    done = at + 1;
    at += tail.length;
  }
  search.stepsLeft = stepsLeft;
  return hits;
}

/** How many bytes of `pattern` are missing when both are compared from their ends back; 0 is all of it. */
function matchBack(bytes: Uint8Array, at: number, pattern: Uint8Array): number {
  let left = pattern.length;
  // Before its start an array holds undefined, which equals no byte.
  while (left > 0 && bytes[at - (pattern.length - left)] === pattern[left - 1]) left--;
  return left;
}

function replaced(bytes: Uint8Array, hits: readonly Hit[]): Uint8Array {
  const removed = hits.reduce((sum, { start, end }) => sum + end - start, 0);
  const result = new Uint8Array(bytes.length - removed + hits.length * MARK.length);
  let from = 0;
  let to = 0;
  for (const { start, end } of hits) {
    result.set(bytes.subarray(from, start), to);
    to += start - from;
    result.set(MARK, to);
    to += MARK.length;
    from = end;
  }
  result.set(bytes.subarray(from), to);
  return result;
}
