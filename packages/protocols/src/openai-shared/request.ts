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

const FIELDS: readonly string[] = ['model', 'stream'];
