import { createHash } from 'node:crypto';

/** SHA-256 through `node:crypto`, at once; Bun and Deno have it too. */
export function nodeSha256(pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
