import { NO_FACTS, type ReplyFacts, type ReplyView, type WireError } from '@sluice/core';
import { replyErrorMessage } from '../support/error-message.ts';
import type { JsonObject } from '../support/json.ts';
import { wireError } from './facts.ts';
import { asEvent } from './json-stream.ts';

/** The vendor's reading of its own answers. */
export interface ReplyReader {
  /** What a good answer says. The body is empty when the answer is not JSON. */
  answer(body: JsonObject, reply: ReplyView): Partial<ReplyFacts>;
  /** The machine-readable word in an error body. */
  errorCode(body: JsonObject, reply: ReplyView): string | null;
}

/** What a whole answer says: its error when it failed, else what the vendor's reader finds in it. */
export function readReply(reply: ReplyView, reader: ReplyReader): ReplyFacts {
  const body = asEvent(reply.json()) ?? {};
  if (reply.status < 400) return { ...NO_FACTS, ...reader.answer(body, reply) };
  return { ...NO_FACTS, error: replyError(reply, reader.errorCode(body, reply)) };
}

function replyError(reply: ReplyView, code: string | null): WireError {
  return wireError(code, replyErrorMessage(reply), reply.status);
}
