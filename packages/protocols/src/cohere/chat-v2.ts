import type { FrameData, FrameKind, Protocol, ReplyFacts, WireError } from '@sluice/core';
import { wireError } from '../reading/facts.ts';
import { sseFraming } from '../reading/frames.ts';
import { jsonStream, type StreamState } from '../reading/json-stream.ts';
import { readReply } from '../reading/reply.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { endError, toFinishReason } from './finish-reasons.ts';
import { errorCode, readRequest } from './request.ts';
import { toUsage } from './usage.ts';

/** Cohere's `v2/chat`. Its answers don't name the model. */
export const cohereChat: Protocol = {
  name: 'cohere-v2',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readChat, errorCode }),
  framing: sseFraming,
  readStream: () => jsonStream(chatStep),
  writeError,
};

function readChat(body: JsonObject): Partial<ReplyFacts> {
  return {
    usage: toUsage(body.usage),
    finishReason: toFinishReason(body.finish_reason),
    error: endError(body.finish_reason, null),
  };
}

function chatStep(event: JsonObject, state: StreamState): FrameKind {
  switch (event.type) {
    case 'content-delta':
    case 'tool-plan-delta':
    case 'tool-call-start':
    case 'tool-call-delta':
    case 'citation-start':
      return 'content';
    case 'message-end':
      return messageEnd(asObject(event.delta) ?? {}, state);
    default:
      return bareError(event, state);
  }
}

function messageEnd(delta: JsonObject, state: StreamState): FrameKind {
  state.usage = toUsage(delta.usage) ?? state.usage;
  state.finishReason = toFinishReason(delta.finish_reason);
  state.error = endError(delta.finish_reason, delta.error);
  return state.error === null ? 'end' : 'error';
}

/** Events have a `type`; what has a message in its place is the error body of an answer. */
function bareError(event: JsonObject, state: StreamState): FrameKind {
  const message = asText(event.message);
  if (event.type !== undefined || message === null) return 'other';
  state.error = wireError(null, message);
  return 'error';
}

/** Cohere has no error event: an answer that broke ends with the finish reason `ERROR` and a text. */
function writeError({ message, status }: WireError): readonly FrameData[] {
  const finish_reason = status === 504 ? 'TIMEOUT' : 'ERROR';
  const data = JSON.stringify({ type: 'message-end', delta: { finish_reason, error: message } });
  return [{ event: 'message-end', data }];
}
