import type { FinishReason, FrameKind } from '@sluice/core';
import { isStated } from '../reading/facts.ts';
import type { StreamStep } from '../reading/json-stream.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';
import { streamError } from './errors.ts';
import { toFinishReason } from './finish-reasons.ts';
import { toUsage } from './usage.ts';

/**
 * Follows one stream of `GenerateContentResponse` objects. There is no terminal event: the answer is whole when every
 * candidate that was begun has its finish reason, or when the prompt was blocked.
 */
export function generateContentStep(): StreamStep {
  const reasons = new Map<unknown, FinishReason | null>();
  let calledTools = false;
  let blocked = false;

  function candidate(value: unknown): FrameKind {
    const { index = 0, finishReason, content } = asObject(value) ?? {};
    const parts = asArray(asObject(content)?.parts).map((part) => asObject(part) ?? {});
    calledTools ||= parts.some((part) => part.functionCall !== undefined);
    const reason = toFinishReason(finishReason, calledTools);
    // A signature may follow the finish reason; it opens nothing anew.
    if (reason !== null || !reasons.has(index)) reasons.set(index, reason);
    return parts.some((part) => part.text !== '') ? 'content' : 'other';
  }

  return (event, state) => {
    if (isStated(event.error)) {
      state.error = streamError(event);
      return 'error';
    }
    state.model = asText(event.modelVersion) ?? state.model;
    state.usage = toUsage(event.usageMetadata) ?? state.usage;
    const kinds = asArray(event.candidates).map(candidate);
    blocked ||= isBlocked(event);
    state.finishReason = blocked ? 'content_filter' : together(reasons);
    return kinds.includes('content') ? 'content' : 'other';
  };
}

/** The finish reason of the first candidate, once all have one. */
function together(reasons: ReadonlyMap<unknown, FinishReason | null>): FinishReason | null {
  const all = [...reasons.values()];
  return all.includes(null) ? null : (all[0] ?? null);
}

function isBlocked(event: JsonObject): boolean {
  return asText(asObject(event.promptFeedback)?.blockReason) !== null;
}
