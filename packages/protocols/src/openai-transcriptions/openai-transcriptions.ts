import type { FrameKind, Protocol, Usage } from '@sluice/core';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asCount } from '../support/count.ts';
import { asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** OpenAI speech to text: the model stands in a form field, usage is tokens or seconds; text formats state nothing. */
export const openaiTranscriptions: Protocol = eventProtocol({
  name: 'openai-transcriptions',
  operation: 'transcription',
  answer: (body) => ({ model: asText(body.model), usage: readOpenaiUsage(body.usage) ?? durationOf(body) }),
  event: readEvent,
});

/** Whisper's verbose answers state the length of the recording; some servers as a string. */
function durationOf({ duration }: JsonObject): Usage | null {
  const seconds = asCount(typeof duration === 'string' && duration !== '' ? Number(duration) : duration);
  return seconds === null ? null : usageOf({ units: { seconds } });
}

function readEvent(event: JsonObject, state: StreamState): FrameKind {
  switch (event.type) {
    case 'transcript.text.delta':
    case 'transcript.text.segment':
      return 'content';
    case 'transcript.text.done':
      state.usage = readOpenaiUsage(event.usage) ?? state.usage;
      return 'end';
    default:
      return 'other';
  }
}
