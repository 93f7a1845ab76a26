import type { FinishReason } from '@sluice/core';
import { finishReasonFrom } from '../reading/facts.ts';

/** `finishReason` in the one vocabulary. Gemini says `STOP` for tool calls too, so whether there were any decides. */
export function toFinishReason(word: unknown, calledTools: boolean): FinishReason | null {
  const reason = finishReasonFrom(FINISH_REASONS, word);
  return reason === 'stop' && calledTools ? 'tool_calls' : reason;
}

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  IMAGE_OTHER: 'content_filter',
  MALFORMED_FUNCTION_CALL: 'error',
  MALFORMED_RESPONSE: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
  OTHER: 'error',
};
