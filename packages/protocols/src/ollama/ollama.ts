import type { FrameData, Framing, Protocol, ReplyFacts, RequestFacts, RequestView, WireError } from '@sluice/core';
import { ndjson } from '../framing/ndjson.ts';
import { requestBody } from '../reading/facts.ts';
import { foldEvents, jsonStream } from '../reading/json-stream.ts';
import { readReply } from '../reading/reply.ts';
import { mediaType } from '../support/content-type.ts';
import { asCount } from '../support/count.ts';
import { asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';
import { ollamaStep } from './stream.ts';

/** Ollama's own `api/chat`. */
export const ollamaChat: Protocol = {
  name: 'ollama-chat',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readAnswer, errorCode: () => null }),
  framing: (contentType): Framing | undefined =>
    mediaType(contentType) === 'application/x-ndjson' ? ndjson : undefined,
  readStream: () => jsonStream(ollamaStep()),
  writeError,
};

/** Ollama's own `api/generate`. */
export const ollamaGenerate: Protocol = { ...ollamaChat, name: 'ollama-generate', operation: 'completion' };

/** Ollama's own `api/embed`, which never streams. */
export const ollamaEmbed: Protocol = {
  ...ollamaChat,
  name: 'ollama-embed',
  operation: 'embeddings',
  readRequest: (request) => ({ ...readRequest(request), stream: false }),
  readReply: (reply) => readReply(reply, { answer: readEmbeddings, errorCode: () => null }),
  framing: () => undefined,
};

/** Ollama streams unless it is told not to. */
function readRequest(request: RequestView): RequestFacts {
  const { model, stream } = requestBody(request);
  return { model: asText(model), stream: stream !== false };
}

function readAnswer(body: JsonObject): ReplyFacts {
  return foldEvents(body, ollamaStep());
}

function readEmbeddings(body: JsonObject): Partial<ReplyFacts> {
  return { model: asText(body.model), usage: usageOf({ inputTokens: asCount(body.prompt_eval_count) }) };
}

/** The line that Ollama's clients raise, before or in the middle of an answer. */
function writeError({ message }: WireError): readonly FrameData[] {
  return [{ data: JSON.stringify({ error: message }) }];
}
