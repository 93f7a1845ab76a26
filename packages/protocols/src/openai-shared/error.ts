import type { FrameData, ReplyView, WireError } from '@sluice/core';
import { errorMessage, replyErrorMessage } from '../support/error-message.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';

/** The error of a whole answer: any failing status, or an error body that came with a good one. */
export function readOpenaiReplyError(reply: ReplyView): WireError | null {
  const body = asObject(reply.json());
  if (reply.status < 400) return body === undefined ? null : openaiErrorIn(body);
  return {
    code: errorCode(body ?? asObject(asArray(reply.json())[0])),
    message: replyErrorMessage(reply),
    status: reply.status,
  };
}

/** The error that an answer or a chunk states in itself, in any of the shapes of this language's speakers. */
export function openaiErrorIn(body: JsonObject): WireError | null {
  // vLLM and Mistral: an older form without a wrapper.
  if (isStated(body.error) || body.object === 'error') return toWireError(body);
  const groq = asObject(body.x_groq)?.error;
  if (isStated(groq)) return toWireError({ error: groq });
  // MiniMax: a good status, and a code that is not 0 in `base_resp`.
  const minimax = asObject(body.base_resp);
  const code = minimax?.status_code ?? 0;
  return code === 0 ? null : toWireError({ error: { code, message: minimax?.status_msg } });
}

function isStated(error: unknown): boolean {
  return error !== null && error !== undefined && error !== '' && error !== false;
}

function toWireError(body: JsonObject): WireError {
  const message = errorMessage(body) ?? 'The provider reported an error without a message.';
  const status = httpStatus(asObject(body.error)?.code) ?? httpStatus(body.status_code);
  return { code: errorCode(body), message, ...(status !== undefined && { status }) };
}

/** `code`, else `type`, of the error object or of the body around it. */
function errorCode(body: JsonObject | undefined): string | null {
  if (body === undefined) return null;
  const error = asObject(body.error);
  return word(error?.code) ?? word(error?.type) ?? word(body.code) ?? word(body.type);
}

function word(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : asText(value);
}

function httpStatus(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 400 && value <= 599 ? value : undefined;
}

/** The frame of the languages that have named events: one that the official clients throw an API error for. */
export function errorEvent(error: WireError): readonly FrameData[] {
  return [{ event: 'error', data: JSON.stringify({ type: 'error', error: toOpenaiError(error) }) }];
}

/** An error as this language's object, with the `type` that clients expect for the status. */
export function toOpenaiError({ code, message, status }: WireError): JsonObject {
  return { message, type: openaiErrorType(status), param: null, code };
}

/** The `type` that clients of this language expect for a status. */
export function openaiErrorType(status: number | undefined): string {
  if (status === 429) return 'rate_limit_error';
  return status !== undefined && status < 500 ? 'invalid_request_error' : 'server_error';
}
