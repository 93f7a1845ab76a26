import type { FrameKind, Protocol, Usage } from '@sluice/core';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asArray, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** OpenAI image generation and editing. Pictures are counted, since older models and other servers state no tokens. */
export const openaiImages: Protocol = eventProtocol({
  name: 'openai-images',
  operation: 'images',
  answer: (body) => ({
    model: asText(body.model),
    usage: withImages(readOpenaiUsage(body.usage), asArray(body.data).length),
  }),
  event: readEvent,
});

function readEvent(event: JsonObject, state: StreamState): FrameKind {
  switch (event.type) {
    case 'image_generation.partial_image':
    case 'image_edit.partial_image':
      return 'content';
    case 'image_generation.completed':
    case 'image_edit.completed':
      // The picture itself and the end of it; more may follow when several were asked for.
      state.usage = withImages(readOpenaiUsage(event.usage) ?? state.usage, imagesIn(state.usage) + 1);
      state.finishReason = 'stop';
      return 'content';
    default:
      return 'other';
  }
}

function imagesIn(usage: Usage | null): number {
  return usage?.units?.images ?? 0;
}

function withImages(usage: Usage | null, images: number): Usage | null {
  return images === 0 ? usage : usageOf({ ...usage, units: { ...usage?.units, images } });
}
