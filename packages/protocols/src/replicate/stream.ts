import type { Frame, FrameKind } from '@sluice/core';
import { eventMessage, wireError } from '../reading/facts.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asText, parseJson, parseObject } from '../support/json.ts';

/** Takes one named event into the state. The payload of `output` is text, not JSON. */
export function outputStep({ event, data = '' }: Frame, state: StreamState): FrameKind {
  switch (event) {
    case 'output':
      return 'content';
    case 'error':
      return failed(data, state);
    case 'done':
      return done(data, state);
    default:
      // Logs, keep-alives, and what Replicate may add.
      return 'other';
  }
}

function failed(data: string, state: StreamState): FrameKind {
  state.error = wireError(null, eventMessage(parseJson(data) ?? data));
  return 'error';
}

/** `{}` after a whole output, else why it ended before. */
function done(data: string, state: StreamState): FrameKind {
  const end = parseObject(data);
  if (end === undefined) return 'malformed';
  const reason = asText(end.reason);
  if (reason === 'error') return failed('The prediction failed.', state);
  state.finishReason = reason === null ? 'stop' : 'other';
  return 'end';
}
