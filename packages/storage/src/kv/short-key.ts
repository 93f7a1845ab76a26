import { sha256Hex } from '../hash.ts';

/** Workers KV takes keys of up to 512 bytes, and not all of them: a longer or stranger one is known by its digest. */
export function shortKey(key: string): string {
  return /^[\w%~!*'()/:-][\w%~!*'()/:.-]{0,399}$/.test(key) ? key : `sha256:${sha256Hex(key)}`;
}
