import type { FinishReason, FrameKind } from '@sluice/core';
import { finishReasonFrom } from '../reading/facts.ts';
import type { StreamState, StreamStep } from '../reading/json-stream.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { streamError } from './errors.ts';
import { mergeUsage, toUsage } from './usage.ts';

/** `stop_reason` in the one vocabulary. */
export const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** Follows one stream of Messages events, wherever they are carried: in SSE or inside Bedrock's chunks. */
export function messagesStep(): StreamStep {
  let counted: JsonObject = {};

  function count(usage: unknown, state: StreamState): void {
    if (asObject(usage) === undefined) return;
    counted = mergeUsage(counted, usage);
    state.usage = toUsage(counted);
  }

  return (event, state) => {
    switch (event.type) {
      case 'message_start': {
        const message = asObject(event.message);
        state.model = asText(message?.model);
        count(message?.usage, state);
        return 'other';
      }
      case 'content_block_start':
        return blockStart(event.content_block);
      case 'content_block_delta':
        return 'content';
      case 'message_delta':
        state.finishReason = finishReasonFrom(FINISH_REASONS, asObject(event.delta)?.stop_reason) ?? state.finishReason;
        count(event.usage, state);
        return 'other';
      case 'message_stop':
        return 'end';
      default:
        return errorOrOther(event, state);
    }
  };
}

/** Text and thinking begin empty; every other block brings at least its name. */
function blockStart(block: unknown): FrameKind {
  const type = asObject(block)?.type;
  return type === 'text' || type === 'thinking' ? 'other' : 'content';
}

/** Pings and the types that Anthropic adds without notice are life; compatible servers leave out an error's `type`. */
function errorOrOther(event: JsonObject, state: StreamState): FrameKind {
  if (event.type !== 'error' && asObject(event.error) === undefined) return 'other';
  state.error = streamError(event);
  return 'error';
}
