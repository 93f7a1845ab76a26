import type { FrameData, WireError } from '@sluice/core';
import { eventMessage, wireError } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';

/** Google's status words; of several with one number the first is the general one. */
const STATUS: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** The status word in `{"error":{"code","message","status"}}`. */
export function errorCode(body: JsonObject): string | null {
  return asText(asObject(body.error)?.status);
}

/** The error that a stream reports. */
export function streamError(event: JsonObject): WireError {
  return wireError(errorCode(event), eventMessage(event), asCount(asObject(event.error)?.code) ?? undefined);
}

/** An error object in place of an answer. Google's SDKs raise it when its `code` is a number from 400 to 599. */
export function writeError(error: WireError): readonly FrameData[] {
  const status = statusWord(error);
  const known = STATUS[status] ?? 500;
  const code = error.status !== undefined && error.status >= 400 && error.status < 600 ? error.status : known;
  return [{ data: JSON.stringify({ error: { code, message: error.message, status } }) }];
}

/** Clients know Google's words only, so ours become the one of the same status. */
function statusWord({ code, status }: WireError): string {
  if (code !== null && Object.hasOwn(STATUS, code)) return code;
  if (status === 502) return 'UNAVAILABLE';
  return Object.keys(STATUS).find((word) => STATUS[word] === status) ?? 'INTERNAL';
}
