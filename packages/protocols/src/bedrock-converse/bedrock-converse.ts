import type { Protocol, ReplyFacts } from '@sluice/core';
import { errorCode, exceptionStep, writeError } from '../bedrock/errors.ts';
import { framing, readRequest } from '../bedrock/request.ts';
import { finishReasonFrom } from '../reading/facts.ts';
import { jsonStream } from '../reading/json-stream.ts';
import { readReply } from '../reading/reply.ts';
import type { JsonObject } from '../support/json.ts';
import { converseStep, FINISH_REASONS } from './stream.ts';
import { toUsage } from './usage.ts';

/** Amazon Bedrock's Converse and ConverseStream. Its answers don't name the model. */
export const bedrockConverse: Protocol = {
  name: 'bedrock-converse',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readConverse, errorCode }),
  framing,
  readStream: () => jsonStream(converseStep, exceptionStep),
  writeError,
};

/** What a whole Converse answer says; Nova's native answer has the same shape. */
export function readConverse(body: JsonObject): Partial<ReplyFacts> {
  return { usage: toUsage(body.usage), finishReason: finishReasonFrom(FINISH_REASONS, body.stopReason) };
}
