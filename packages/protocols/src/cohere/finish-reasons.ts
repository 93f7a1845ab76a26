import type { FinishReason, WireError } from '@sluice/core';
import { finishReasonFrom, wireError } from '../reading/facts.ts';
import { asText } from '../support/json.ts';

/** `finish_reason` of v1 and v2 in the one vocabulary. */
export function toFinishReason(word: unknown): FinishReason | null {
  return finishReasonFrom(FINISH_REASONS, word);
}

/** The error of an answer that ended with one: Cohere names it in the finish reason, and not always with a text. */
export function endError(word: unknown, message: unknown): WireError | null {
  const text = asText(message);
  if (text === null && toFinishReason(word) !== 'error') return null;
  const code = asText(word);
  return wireError(code, text ?? `The model ended its answer with ${code}.`, code === 'TIMEOUT' ? 504 : 500);
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  ERROR: 'error',
  TIMEOUT: 'error',
};
