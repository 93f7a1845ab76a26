import type { Protocol, ReplyFacts, RequestFacts, RequestView } from '@sluice/core';
import { finishReasonFrom, requestBody } from '../reading/facts.ts';
import { sseFraming } from '../reading/frames.ts';
import { jsonStream } from '../reading/json-stream.ts';
import { fromPath } from '../reading/path.ts';
import { readReply } from '../reading/reply.ts';
import { asText, type JsonObject } from '../support/json.ts';
import { errorCode, streamError, writeError } from './errors.ts';
import { FINISH_REASONS, messagesStep } from './stream.ts';
import { toUsage } from './usage.ts';

/** Anthropic's Messages, also as Vertex and compatible servers speak them. */
export const anthropicMessages: Protocol = {
  name: 'anthropic-messages',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readMessage, errorCode }),
  framing: sseFraming,
  readStream: () => jsonStream(messagesStep()),
  writeError,
};

/** How many tokens a Messages request would have. Nothing is generated or billed, so there is no usage. */
export const anthropicCountTokens: Protocol = {
  ...anthropicMessages,
  name: 'anthropic-count-tokens',
  operation: 'other',
  readReply: (reply) => readReply(reply, { answer: () => ({}), errorCode }),
  framing: () => undefined,
};

/** What a whole message says, wherever it is carried. */
export function readMessage(body: JsonObject): Partial<ReplyFacts> {
  // Some compatible servers answer 200 with an error object.
  if (body.type === 'error') return { error: streamError(body) };
  return {
    model: asText(body.model),
    usage: toUsage(body.usage),
    finishReason: finishReasonFrom(FINISH_REASONS, body.stop_reason),
  };
}

/** On Vertex model and verb stand in the URL: `publishers/anthropic/models/claude-x:streamRawPredict`. */
function readRequest(request: RequestView): RequestFacts {
  const body = requestBody(request);
  const verb = fromPath(request.path, /:(\w+)$/);
  return {
    model: asText(body.model) ?? fromPath(request.path, /models\/([^/:]+)/),
    stream: body.stream === true || verb === 'streamRawPredict',
  };
}
