import type { Protocol, RequestFacts, RequestView } from '@sluice/core';
import { requestBody } from '../reading/facts.ts';
import { sseFraming } from '../reading/frames.ts';
import { fromPath } from '../reading/path.ts';
import { readReply } from '../reading/reply.ts';
import { asText } from '../support/json.ts';
import { errorCode, writeError } from './errors.ts';
import { readResult } from './result.ts';
import { workersAiStream } from './stream.ts';

/** Workers AI's `ai/run/{model}` with a text model. */
export const workersAi: Protocol = {
  name: 'workers-ai',
  operation: 'chat',
  readRequest,
  readReply: (reply) => readReply(reply, { answer: readResult, errorCode }),
  framing: sseFraming,
  readStream: workersAiStream,
  writeError,
};

/** `ai/run/{model}` with a model of another kind (vectors, pictures, speech): the model's id doesn't tell which. */
export const workersAiRun: Protocol = { ...workersAi, name: 'workers-ai-run', operation: 'other' };

/** The model stands in the URL: `run/@cf/author/model`, also without `run/`. */
function readRequest(request: RequestView): RequestFacts {
  const { model, stream } = requestBody(request);
  return {
    model: fromPath(request.path, /(@(?:cf|hf)\/.+)$/) ?? fromPath(request.path, /(?:^|\/)run\/(.+)$/) ?? asText(model),
    stream: stream === true,
  };
}
