import type { Metadata } from '../contracts/call.ts';

/**
 * Reads `cf-aig-metadata`. The rules are the wire's: the first `maxEntries` entries count, keys under `cf.` are
 * reserved and dropped, and one value that is not a string, number or boolean makes the whole null, without an error.
 */
export function parseMetadata(header: string | undefined, maxEntries: number): Metadata | null {
  if (header === undefined) return null;
  const entries = readEntries(header);
  if (entries === undefined) return null;
  const kept: [string, string | number | boolean][] = [];
  for (const [key, value] of entries) {
    if (!isScalar(value)) return null;
    if (!key.startsWith('cf.') && kept.length < maxEntries) kept.push([key, value]);
  }
  return Object.fromEntries(kept);
}

function readEntries(header: string): [string, unknown][] | undefined {
  try {
    const value: unknown = JSON.parse(asSent(header));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Most clients write UTF-8 into headers, whose bytes are read as Latin-1 (RFC 9110 5.5). Any other text is as it is. */
function asSent(header: string): string {
  if (!/[\x80-\xff]/.test(header) || /[^\0-\xff]/.test(header)) return header;
  try {
    return strictUtf8.decode(Uint8Array.from(header, (char) => char.charCodeAt(0)));
  } catch {
    return header;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
