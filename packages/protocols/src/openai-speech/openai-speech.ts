import type { FrameKind, Protocol } from '@sluice/core';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import type { StreamState } from '../reading/json-stream.ts';
import type { JsonObject } from '../support/json.ts';

/** OpenAI text to speech: audio bytes that state nothing, or events (`stream_format: "sse"`) whose last has the usage. */
export const openaiSpeech: Protocol = eventProtocol({
  name: 'openai-speech',
  operation: 'speech',
  answer: () => ({}),
  event: readEvent,
});

function readEvent(event: JsonObject, state: StreamState): FrameKind {
  if (event.type === 'speech.audio.delta') return 'content';
  if (event.type !== 'speech.audio.done') return 'other';
  state.usage = readOpenaiUsage(event.usage) ?? state.usage;
  return 'end';
}
