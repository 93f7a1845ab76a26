import type { Usage } from '@sluice/core';
import { unitsOf } from '../reading/facts.ts';
import { asCount } from '../support/count.ts';
import { asObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/**
 * The usage of an answer as Cohere states it, in v2's `usage` and in the `meta` of everything else. `tokens` includes
 * a prompt template that nobody pays for; `billed_units` is what the invoice says.
 */
export function toUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  const units = asObject(usage?.billed_units);
  const billedInput = asCount(units?.input_tokens);
  const billedOutput = asCount(units?.output_tokens);
  const tokens = asObject(usage?.tokens);
  return usageOf({
    inputTokens: asCount(tokens?.input_tokens) ?? billedInput,
    outputTokens: asCount(tokens?.output_tokens) ?? billedOutput,
    cacheReadTokens: asCount(usage?.cached_tokens),
    ...(billedInput !== null &&
      billedOutput !== null && { billed: { inputTokens: billedInput, outputTokens: billedOutput } }),
    ...unitsOf({
      searches: asCount(units?.search_units),
      images: asCount(units?.images),
      classifications: asCount(units?.classifications),
    }),
  });
}
