import type { RequestFacts, RequestView } from '@sluice/core';
import { mediaType } from '../support/content-type.ts';
import { asObject, asText } from '../support/json.ts';
import { multipartFields } from '../support/multipart.ts';

/** Model and stream flag of a request: members of a JSON body, or form fields of a multipart upload. */
export function readOpenaiRequest(request: RequestView): RequestFacts {
  if (mediaType(request.contentType) !== 'multipart/form-data') {
    const body = asObject(request.json());
    return { model: asText(body?.model), stream: body?.stream === true };
  }
  const fields = request.body === null ? {} : multipartFields(request.body, request.contentType, FIELDS);
  return { model: asText(fields.model), stream: fields.stream?.toLowerCase() === 'true' };
}

/** How many choices the answer must have: `n` for each prompt. Only text completions take several prompts. */
export function choicesAsked(request: RequestView): number {
  const { n, prompt } = asObject(request.json()) ?? {};
  // An array of numbers is one prompt in tokens.
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
  return (typeof n === 'number' && n > 1 ? n : 1) * Math.max(1, prompts);
}

const FIELDS: readonly string[] = ['model', 'stream'];
