import type { FrameData, WireError } from '@sluice/core';
import { eventMessage, wireError } from '../reading/facts.ts';
import { asArray, asObject, type JsonObject } from '../support/json.ts';

/** The first number in `{"success":false,"errors":[{"code","message"}]}`. */
export function errorCode(body: JsonObject): string | null {
  const code = asObject(asArray(body.errors)[0])?.code;
  return code === undefined || code === null ? null : String(code);
}

/** The error in an answer or event that came with a good status, or null when it has none. */
export function statedError(body: JsonObject): WireError | null {
  const failed = body.success === false || asArray(body.errors).length > 0 || asObject(body.error) !== undefined;
  if (!failed) return null;
  const code = errorCode(body);
  return wireError(code, eventMessage(body), code === null ? undefined : STATUS[code]);
}

/**
 * The API's error envelope in place of a chunk, without the `[DONE]` behind it. There is no documented error event;
 * `finish_reason: "error"` is what Cloudflare's own AI SDK provider reports as a failed answer.
 */
export function writeError(error: WireError): readonly FrameData[] {
  const errors = [{ code: numericCode(error), message: error.message }];
  const envelope = { success: false, errors, messages: [], result: null, finish_reason: 'error' };
  return [{ data: JSON.stringify(envelope) }];
}

function numericCode({ code, status }: WireError): number {
  if (code !== null && Object.hasOwn(STATUS, code)) return Number(code);
  if (status === 408 || status === 504) return TIMED_OUT;
  return status === 429 || status === 503 ? OUT_OF_CAPACITY : ABORTED;
}

const TIMED_OUT = 3007;
const ABORTED = 3008;
const OUT_OF_CAPACITY = 3040;

/** Workers AI's numbers and the HTTP status each has as an answer. */
const STATUS: Readonly<Record<string, number>> = {
  3003: 400,
  3006: 413,
  3007: 408,
  3008: 408,
  3023: 403,
  3036: 429,
  3039: 400,
  3040: 429,
  3041: 403,
  3042: 404,
  5004: 400,
  5005: 405,
  5007: 400,
  5016: 403,
  5018: 403,
  5019: 405,
  7000: 404,
  7003: 404,
  10000: 401,
  10001: 403,
};
