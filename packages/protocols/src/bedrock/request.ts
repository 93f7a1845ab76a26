import type { Framing, RequestFacts, RequestView } from '@sluice/core';
import { awsEventStream } from '../framing/aws-eventstream.ts';
import { fromPath } from '../reading/path.ts';
import { mediaType } from '../support/content-type.ts';

/** Model and verb stand in the URL: `model/{id}/converse-stream`; the id may be an escaped ARN with slashes. */
export function readRequest({ path }: RequestView): RequestFacts {
  return {
    model: fromPath(path, /(?:^|\/)model\/(.+)\/[a-z-]+$/),
    stream: /\/(?:converse-stream|invoke-with-response-stream)$/.test(path),
  };
}

/** AWS's binary event stream, or one body. */
export function framing(contentType: string): Framing | undefined {
  return mediaType(contentType) === 'application/vnd.amazon.eventstream' ? awsEventStream : undefined;
}
