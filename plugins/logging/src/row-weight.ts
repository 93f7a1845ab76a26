import type { LogEntry } from '@sluice/core';

// What the fields of a usual row and the objects around them weigh, rounded up.
const ROW_BYTES = 1536;
const ATTEMPT_BYTES = 256;

/** What a row holds in memory, less its bodies. */
export function rowBytes({ record }: LogEntry): number {
  const text = record.path.length + (record.userAgent?.length ?? 0) + (record.errorMessage?.length ?? 0);
  const metadata = record.metadata === null ? 0 : JSON.stringify(record.metadata).length;
  return ROW_BYTES + 2 * (text + metadata) + ATTEMPT_BYTES * record.attempts.length;
}

/** What its bodies hold in memory. */
export function bodyBytes({ bodies }: LogEntry): number {
  return (bodies?.request?.byteLength ?? 0) + (bodies?.response?.byteLength ?? 0);
}
