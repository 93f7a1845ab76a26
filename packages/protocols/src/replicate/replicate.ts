import type { FrameData, Protocol, RequestFacts, RequestView, WireError } from '@sluice/core';
import { requestBody } from '../reading/facts.ts';
import { sseFraming } from '../reading/frames.ts';
import { jsonStream } from '../reading/json-stream.ts';
import { fromPath } from '../reading/path.ts';
import { readReply } from '../reading/reply.ts';
import { asText } from '../support/json.ts';
import { readPrediction } from './prediction.ts';
import { outputStep } from './stream.ts';

/** Replicate's predictions: a JSON object with a status, and its output again as a stream of named events. */
export const replicate: Protocol = {
  name: 'replicate',
  operation: 'other',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readPrediction, errorCode: ({ type }) => asText(type) }),
  framing: sseFraming,
  readStream: () => jsonStream(() => 'other', outputStep),
  writeError,
};

/**
 * An official model stands in the URL, any other in the body's `version`. Asking for a stream is asking for its URL:
 * the answer to this request is one body all the same.
 */
function readRequest(request: RequestView): RequestFacts {
  const { version } = requestBody(request);
  const model = fromPath(request.path, /(?:models|deployments)\/([^/]+\/[^/]+)\/predictions/);
  return { model: model ?? asText(version), stream: false };
}

/** The event that Replicate's client raises. */
function writeError({ message }: WireError): readonly FrameData[] {
  return [{ event: 'error', data: message }];
}
