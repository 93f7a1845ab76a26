import type { RequestFacts, RequestView } from '@sluice/core';
import { requestBody } from '../reading/facts.ts';
import { asText } from '../support/json.ts';

/** Model and stream flag stand in the body. */
export function readRequest(request: RequestView): RequestFacts {
  const { model, stream } = requestBody(request);
  return { model: asText(model), stream: stream === true };
}

/** Cohere's errors have a message and no machine-readable word. */
export function errorCode(): null {
  return null;
}
