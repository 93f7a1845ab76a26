import type { FrameKind } from '@sluice/core';
import { messagesStep } from '../anthropic-messages/stream.ts';
import { converseStep } from '../bedrock-converse/stream.ts';
import type { StreamState, StreamStep } from '../reading/json-stream.ts';
import { asObject, asText, type JsonObject, parseObject } from '../support/json.ts';
import { decodeUtf8 } from '../support/utf8.ts';
import { nativeFinishReason, nativeKind, nativeUsage } from './native.ts';
import { fillUsage, isLast, metricsUsage } from './usage.ts';

/** Follows one `invoke-with-response-stream`: each event wraps a chunk of the model's own stream in base64. */
export function invokeStep(): StreamStep {
  const anthropicStep = messagesStep();

  function inner(chunk: JsonObject, state: StreamState): FrameKind {
    if (typeof chunk.type === 'string') return anthropicStep(chunk, state, undefined);
    const nova = NOVA_EVENTS.find((name) => asObject(chunk[name]) !== undefined);
    if (nova !== undefined) return converseStep(asObject(chunk[nova]) ?? {}, state, nova);
    state.finishReason = nativeFinishReason(chunk) ?? state.finishReason;
    state.usage = fillUsage(nativeUsage(chunk), state.usage);
    return nativeKind(chunk);
  }

  return (event, state) => {
    const bytes = asText(event.bytes);
    if (bytes === null) return 'other';
    const chunk = decodeChunk(bytes);
    if (chunk === undefined) return 'malformed';
    const kind = inner(chunk, state);
    state.usage = fillUsage(state.usage, metricsUsage(chunk));
    return isLast(chunk) && kind !== 'error' ? 'end' : kind;
  };
}

const NOVA_EVENTS: readonly string[] = [
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
];

function decodeChunk(base64: string): JsonObject | undefined {
  try {
    return parseObject(decodeUtf8(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))));
  } catch {
    // `atob` throws at what is not base64.
    return undefined;
  }
}
