import type { FrameData, Protocol, ReplyFacts, ReplyView, RequestFacts, RequestView, WireError } from '@sluice/core';
import { requestBody } from '../reading/facts.ts';
import { sseFraming } from '../reading/frames.ts';
import { jsonStream } from '../reading/json-stream.ts';
import { fromPath } from '../reading/path.ts';
import { readReply } from '../reading/reply.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';
import { readDetails, tokenStep } from './stream.ts';

/** Hugging Face's text generation: the `text-generation` pipeline and TGI's `generate` and `generate_stream`. */
export const huggingface: Protocol = {
  name: 'huggingface',
  operation: 'completion',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readAnswer, errorCode }),
  framing: sseFraming,
  readStream: () => jsonStream(tokenStep),
  writeError,
};

/** Any other pipeline (vectors, pictures, speech): the answer has no fixed shape, so only its headers are read. */
export const huggingfacePipeline: Protocol = { ...huggingface, name: 'huggingface-pipeline', operation: 'other' };

/** The model stands in the URL: `hf-inference/models/{org}/{model}`, or `{org}/{model}` alone. */
function readRequest(request: RequestView): RequestFacts {
  const { path } = request;
  return {
    model: fromPath(path, /(?:^|\/)models\/([^/]+\/[^/]+|[^/]+)/) ?? fromPath(path, /^([^/]+\/[^/]+)/),
    stream: requestBody(request).stream === true || path.endsWith('generate_stream'),
  };
}

/** Counts stand in headers; the number of generated tokens also in `details`, when the request asked for it. */
function readAnswer(body: JsonObject, { headers }: ReplyView): Partial<ReplyFacts> {
  const { usage, finishReason } = readDetails(body.details);
  const inputTokens = headerCount(headers['x-prompt-tokens']);
  const outputTokens = headerCount(headers['x-generated-tokens']) ?? usage?.outputTokens ?? null;
  return { finishReason, usage: usageOf({ inputTokens, outputTokens }) };
}

function headerCount(value: string | undefined): number | null {
  return value === undefined || value === '' ? null : asCount(Number(value));
}

/** TGI names its errors in `error_type`; the router does so in OpenAI's place. */
function errorCode(body: JsonObject): string | null {
  return asText(body.error_type) ?? asText(asObject(body.error)?.code);
}

/** An error object in place of a token, which Hugging Face's clients raise. */
function writeError({ message }: WireError): readonly FrameData[] {
  return [{ data: JSON.stringify({ error: message, error_type: 'incomplete_generation' }) }];
}
