import type { Usage } from '@sluice/core';
import { plus, stated, unitsOf } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asObject, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/**
 * The usage of an answer as Anthropic states it. Its `input_tokens` leaves out what came from and went to the prompt
 * cache; thinking is inside `output_tokens`.
 */
export function toUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === undefined) return null;
  const cacheReadTokens = asCount(usage.cache_read_input_tokens);
  const cacheWriteTokens = asCount(usage.cache_creation_input_tokens);
  return usageOf({
    inputTokens: plus(asCount(usage.input_tokens), cacheReadTokens, cacheWriteTokens),
    outputTokens: asCount(usage.output_tokens),
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: asCount(asObject(usage.output_tokens_details)?.thinking_tokens),
    ...stated({ cacheWrite1hTokens: asCount(asObject(usage.cache_creation)?.ephemeral_1h_input_tokens) }),
    ...unitsOf({ searches: asCount(asObject(usage.server_tool_use)?.web_search_requests) }),
  });
}

/** Of each field the latest that is there: a stream's counts are cumulative, and not every event repeats them all. */
export function mergeUsage(before: JsonObject, next: unknown): JsonObject {
  const fields = Object.entries(asObject(next) ?? {}).filter(([, value]) => value !== null);
  return { ...before, ...Object.fromEntries(fields) };
}
