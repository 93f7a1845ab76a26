import type { FinishReason, FrameKind, ReplyFacts, Usage } from '@sluice/core';
import { readMessage } from '../anthropic-messages/anthropic-messages.ts';
import { readConverse } from '../bedrock-converse/bedrock-converse.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { finishReasonFrom, unitsOf } from '../reading/facts.ts';
import { firstCount, sumCounts } from '../support/count.ts';
import { asArray, asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** What an answer says in the language of the model that gave it; the shape tells which one that is. */
export function readNative(body: JsonObject): Partial<ReplyFacts> {
  if (body.type === 'message' || body.type === 'error') return readMessage(body);
  if (body.output !== undefined && body.stopReason !== undefined) return readConverse(body);
  return { usage: nativeUsage(body), finishReason: nativeFinishReason(body) };
}

/** Counts of Titan (text and vectors), Llama and models in OpenAI's shape; pictures of Titan, Nova and Stability. */
export function nativeUsage(body: JsonObject): Usage | null {
  const results = asArray(body.results).map((result) => firstCount(asObject(result)?.tokenCount));
  return (
    readOpenaiUsage(body.usage) ??
    usageOf({
      inputTokens: firstCount(body.inputTextTokenCount, body.prompt_token_count),
      outputTokens: firstCount(sumCounts(...results), body.totalOutputTextTokenCount, body.generation_token_count),
      ...unitsOf({ images: Array.isArray(body.images) ? body.images.length : null }),
    })
  );
}

/**
 * Why a model of another family stopped: Titan's `completionReason`, Llama's `stop_reason`, Cohere's `finish_reason`,
 * at the top or in the list that holds the answer's parts.
 */
export function nativeFinishReason(body: JsonObject): FinishReason | null {
  const lists = [body.results, body.outputs, body.choices, body.generations];
  const parts = [body, ...lists.map((list) => asObject(asArray(list)[0]) ?? {})];
  for (const part of parts) {
    const word = asText(part.completionReason) ?? asText(part.stop_reason) ?? asText(part.finish_reason);
    const reason = finishReasonFrom(FINISH_REASONS, word?.toLowerCase());
    if (reason !== null) return reason;
  }
  return null;
}

/** Takes one chunk of such a model for a piece of its answer. */
export function nativeKind(event: JsonObject): FrameKind {
  return PIECES.some((name) => asText(event[name]) !== null || asArray(event[name]).length > 0) ? 'content' : 'other';
}

const PIECES: readonly string[] = ['outputText', 'generation', 'outputs', 'choices', 'text', 'generations'];

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  finish: 'stop',
  finished: 'stop',
  stop: 'stop',
  end_turn: 'stop',
  endoftext: 'stop',
  stop_sequence: 'stop',
  stop_criteria_met: 'stop',
  complete: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  content_filter: 'content_filter',
  content_filtered: 'content_filter',
  error_toxic: 'content_filter',
  error: 'error',
};
