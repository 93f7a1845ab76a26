import type { FinishReason, FrameKind, Usage } from '@sluice/core';
import { eventMessage, finishReasonFrom, isStated, wireError } from '../reading/facts.ts';
import type { StreamState } from '../reading/json-stream.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** Takes one token of a TGI stream into the state. The last one carries the whole text and the details. */
export function tokenStep(event: JsonObject, state: StreamState): FrameKind {
  if (isStated(event.error)) return failed(event, state);
  const whole = isStated(event.generated_text) || isStated(event.details);
  if (!whole) return event.token === undefined ? 'other' : 'content';
  const details = readDetails(event.details);
  state.usage = details.usage ?? state.usage;
  state.finishReason = details.finishReason;
  return 'end';
}

/** What TGI tells about a finished text, in `details`. */
export function readDetails(value: unknown): {
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
} {
  const details = asObject(value);
  return {
    usage: usageOf({ outputTokens: asCount(details?.generated_tokens), inputTokens: asCount(details?.input_length) }),
    finishReason: finishReasonFrom(FINISH_REASONS, details?.finish_reason),
  };
}

function failed(event: JsonObject, state: StreamState): FrameKind {
  const code = asText(event.error_type);
  state.error = wireError(code, eventMessage(event), code === null ? undefined : STATUS[code]);
  return 'error';
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
};

const STATUS: Readonly<Record<string, number>> = {
  validation: 422,
  generation: 424,
  overloaded: 429,
  incomplete_generation: 500,
};
