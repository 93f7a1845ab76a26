import type { FrameData, WireError } from '@sluice/core';
import { eventMessage, wireError } from '../reading/facts.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';

const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The type in `{"type":"error","error":{"type","message"}}`, as a whole answer or an event of a stream. */
export function errorCode(body: JsonObject): string | null {
  return asText(asObject(body.error)?.type);
}

/** The error that a stream reports, with the status it would have had as an answer. */
export function streamError(event: JsonObject): WireError {
  const code = errorCode(event);
  return wireError(code, eventMessage(event), code === null ? undefined : STATUS[code]);
}

/** The `error` event that Anthropic's SDKs raise from a stream. */
export function writeError(error: WireError): readonly FrameData[] {
  const data = JSON.stringify({ type: 'error', error: { type: errorType(error), message: error.message } });
  return [{ event: 'error', data }];
}

/** Clients know the vendor's words only, so ours become the one of the same status. */
function errorType({ code, status }: WireError): string {
  if (code !== null && Object.hasOwn(STATUS, code)) return code;
  if (status === 503) return 'overloaded_error';
  return Object.keys(STATUS).find((type) => STATUS[type] === status) ?? 'api_error';
}
