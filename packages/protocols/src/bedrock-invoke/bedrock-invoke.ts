import type { Protocol, ReplyFacts, ReplyView } from '@sluice/core';
import { errorCode, exceptionStep, writeError } from '../bedrock/errors.ts';
import { framing, readRequest } from '../bedrock/request.ts';
import { jsonStream } from '../reading/json-stream.ts';
import { readReply } from '../reading/reply.ts';
import type { JsonObject } from '../support/json.ts';
import { readNative } from './native.ts';
import { invokeStep } from './stream.ts';
import { fillUsage, headerUsage } from './usage.ts';

/** Amazon Bedrock's InvokeModel: each model's own language, with Bedrock's counts in headers or in the last chunk. */
export const bedrockInvoke: Protocol = {
  name: 'bedrock-invoke',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readInvoke, errorCode }),
  framing,
  readStream: () => jsonStream(invokeStep(), exceptionStep),
  writeError,
};

/** InvokeModel with a model that makes vectors (Titan, Cohere, Nova). */
export const bedrockInvokeEmbeddings: Protocol = {
  ...bedrockInvoke,
  name: 'bedrock-invoke-embeddings',
  operation: 'embeddings',
};

/** InvokeModel with a model that makes pictures (Titan, Nova, Stability). */
export const bedrockInvokeImages: Protocol = { ...bedrockInvoke, name: 'bedrock-invoke-images', operation: 'images' };

function readInvoke(body: JsonObject, reply: ReplyView): Partial<ReplyFacts> {
  const facts = readNative(body);
  return { ...facts, usage: fillUsage(facts.usage ?? null, headerUsage(reply)) };
}
