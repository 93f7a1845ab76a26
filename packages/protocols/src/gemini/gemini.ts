import type { Framing, Protocol, ReplyFacts, ReplyView, RequestFacts, RequestView } from '@sluice/core';
import { jsonArray } from '../framing/json-array.ts';
import { sseFraming } from '../reading/frames.ts';
import { foldEvents, jsonStream } from '../reading/json-stream.ts';
import { fromPath } from '../reading/path.ts';
import { readReply } from '../reading/reply.ts';
import { mediaType } from '../support/content-type.ts';
import type { JsonObject } from '../support/json.ts';
import { errorCode, writeError } from './errors.ts';
import { readEmbeddings, readImages, readVectors } from './predictions.ts';
import { generateContentStep } from './stream.ts';

/** Gemini's `generateContent`, on AI Studio and Vertex. */
export const gemini: Protocol = {
  name: 'gemini',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readAnswer, errorCode }),
  framing: sseFraming,
  readStream: () => jsonStream(generateContentStep()),
  writeError,
};

/** Gemini's `streamGenerateContent`: server-sent events with `alt=sse`, else one JSON array that grows. */
export const geminiStream: Protocol = {
  ...gemini,
  name: 'gemini-stream',
  framing: (contentType) => (isJson(contentType) ? jsonArray : sseFraming(contentType)),
};

/** How many tokens a request would have. Nothing is generated or billed, so there is no usage. */
export const geminiCountTokens: Protocol = unary('gemini-count-tokens', 'other', () => ({}));

/** `embedContent` and `batchEmbedContents`. */
export const geminiEmbeddings: Protocol = unary('gemini-embeddings', 'embeddings', readEmbeddings);

/** Vertex's `predict` with an embedding model. */
export const vertexEmbeddings: Protocol = unary('vertex-embeddings', 'embeddings', readVectors);

/** `predict` with an Imagen model, on AI Studio and Vertex. */
export const imagen: Protocol = unary('imagen', 'images', readImages);

function unary(
  name: string,
  operation: Protocol['operation'],
  answer: (body: JsonObject) => Partial<ReplyFacts>,
): Protocol {
  return {
    ...gemini,
    name,
    operation,
    readReply: (reply) => readReply(reply, { answer, errorCode }),
    framing: (): Framing | undefined => undefined,
  };
}

/** Model and verb stand in the URL: `v1beta/models/gemini-x:streamGenerateContent`. */
function readRequest({ path }: RequestView): RequestFacts {
  return {
    model: fromPath(path, /(?:models|tunedModels|endpoints)\/([^/:]+)/),
    stream: fromPath(path, /:(\w+)$/) === 'streamGenerateContent',
  };
}

/** A stream that nobody cut into frames is an array of the same objects. */
function readAnswer(_: JsonObject, reply: ReplyView): ReplyFacts {
  return foldEvents(reply.json(), generateContentStep());
}

function isJson(contentType: string): boolean {
  return mediaType(contentType) === 'application/json';
}
