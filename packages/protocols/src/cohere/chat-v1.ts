import type { FrameData, FrameKind, Framing, Protocol, ReplyFacts, WireError } from '@sluice/core';
import { ndjson } from '../framing/ndjson.ts';
import { wireError } from '../reading/facts.ts';
import { jsonStream, type StreamState } from '../reading/json-stream.ts';
import { readReply } from '../reading/reply.ts';
import { mediaType } from '../support/content-type.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { endError, toFinishReason } from './finish-reasons.ts';
import { errorCode, readRequest } from './request.ts';
import { toUsage } from './usage.ts';

/** Cohere's `v1/chat`: NDJSON whose last line carries the whole answer. */
export const cohereV1Chat: Protocol = {
  name: 'cohere-v1',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readChat, errorCode }),
  framing,
  readStream: () => jsonStream(chatStep),
  writeError,
};

function framing(contentType: string): Framing | undefined {
  const type = mediaType(contentType);
  return type === 'application/stream+json' || type === 'application/x-ndjson' ? ndjson : undefined;
}

function readChat(body: JsonObject): Partial<ReplyFacts> {
  return {
    usage: toUsage(body.meta),
    finishReason: toFinishReason(body.finish_reason),
    error: endError(body.finish_reason, null),
  };
}

function chatStep(event: JsonObject, state: StreamState): FrameKind {
  switch (event.event_type) {
    case 'text-generation':
    case 'tool-calls-chunk':
    case 'tool-calls-generation':
    case 'citation-generation':
      return 'content';
    case 'stream-end':
      return streamEnd(event, state);
    default:
      return bareError(event, state);
  }
}

function streamEnd(event: JsonObject, state: StreamState): FrameKind {
  state.usage = toUsage(asObject(event.response)?.meta) ?? state.usage;
  state.finishReason = toFinishReason(event.finish_reason);
  state.error = endError(event.finish_reason, event.error);
  return state.error === null ? 'end' : 'error';
}

/** Lines have an `event_type`; what has a message in its place is the error body of an answer. */
function bareError(event: JsonObject, state: StreamState): FrameKind {
  const message = asText(event.message);
  if (event.event_type !== undefined || message === null) return 'other';
  state.error = wireError(null, message);
  return 'error';
}

/** The last line of an answer that broke: the finish reason `ERROR`, and a response without text. */
function writeError({ message }: WireError): readonly FrameData[] {
  const response = { text: '' };
  const line = { is_finished: true, event_type: 'stream-end', finish_reason: 'ERROR', error: message, response };
  return [{ data: JSON.stringify(line) }];
}
