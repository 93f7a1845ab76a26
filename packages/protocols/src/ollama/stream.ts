import type { FinishReason, FrameKind } from '@sluice/core';
import { eventMessage, finishReasonFrom, isStated, wireError } from '../reading/facts.ts';
import type { StreamState, StreamStep } from '../reading/json-stream.ts';
import { asCount } from '../support/count.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** Follows one answer of `api/chat` or `api/generate`. A whole answer is its own last line. */
export function ollamaStep(): StreamStep {
  let calledTools = false;

  return (line, state) => {
    if (isStated(line.error)) return failed(line, state);
    const message = asObject(line.message);
    calledTools ||= asArray(message?.tool_calls).length > 0;
    state.model = asText(line.model) ?? state.model;
    if (line.done === true) return done(line, state, calledTools);
    return [message?.content, message?.thinking, line.response, line.thinking].some(isText) || calls(message)
      ? 'content'
      : 'other';
  };
}

function failed(line: JsonObject, state: StreamState): FrameKind {
  state.error = wireError(null, eventMessage(line));
  return 'error';
}

function done(line: JsonObject, state: StreamState, calledTools: boolean): FrameKind {
  // Prompts served from memory leave `prompt_eval_count` out: unknown, not 0.
  state.usage = usageOf({ inputTokens: asCount(line.prompt_eval_count), outputTokens: asCount(line.eval_count) });
  // Older servers end without a reason.
  const reason = finishReasonFrom(FINISH_REASONS, line.done_reason ?? 'stop');
  state.finishReason = reason === 'stop' && calledTools ? 'tool_calls' : reason;
  return 'end';
}

function isText(value: unknown): boolean {
  return asText(value) !== null;
}

function calls(message: JsonObject | undefined): boolean {
  return asArray(message?.tool_calls).length > 0;
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  load: 'stop',
  unload: 'stop',
  length: 'length',
};
