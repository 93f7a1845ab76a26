import type { FinishReason, FrameKind } from '@sluice/core';
import { finishReasonFrom } from '../reading/facts.ts';
import type { StreamState } from '../reading/json-stream.ts';
import type { JsonObject } from '../support/json.ts';
import { toUsage } from './usage.ts';

/** `stopReason` in the one vocabulary. */
export const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
};

/** Takes one event of ConverseStream, or of Nova's native stream, into the state. */
export function converseStep(event: JsonObject, state: StreamState, name: string | undefined): FrameKind {
  switch (name) {
    case 'contentBlockStart':
    case 'contentBlockDelta':
      return 'content';
    case 'messageStop':
      state.finishReason = finishReasonFrom(FINISH_REASONS, event.stopReason) ?? state.finishReason;
      return 'other';
    case 'metadata':
      state.usage = toUsage(event.usage) ?? state.usage;
      return 'end';
    default:
      // messageStart, contentBlockStop, and what AWS may add.
      return 'other';
  }
}
