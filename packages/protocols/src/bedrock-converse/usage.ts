import type { Usage } from '@sluice/core';
import { plus, stated } from '../reading/facts.ts';
import { asCount, firstCount } from '../support/count.ts';
import { asArray, asObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** The usage of an answer as Converse and Nova state it: `inputTokens` leaves out what the prompt cache served or took. */
export function toUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === undefined) return null;
  // Nova's own spelling has `…TokenCount`.
  const cacheReadTokens = firstCount(usage.cacheReadInputTokens, usage.cacheReadInputTokenCount);
  const cacheWriteTokens = firstCount(usage.cacheWriteInputTokens, usage.cacheWriteInputTokenCount);
  return usageOf({
    inputTokens: plus(asCount(usage.inputTokens), cacheReadTokens, cacheWriteTokens),
    outputTokens: asCount(usage.outputTokens),
    cacheReadTokens,
    cacheWriteTokens,
    ...stated({ cacheWrite1hTokens: hourTokens(usage.cacheDetails) }),
  });
}

/** Cache writes are split by how long they are kept: `[{ttl,inputTokens}]`. */
function hourTokens(details: unknown): number | null {
  const hour = asArray(details).find((detail) => asObject(detail)?.ttl === '1h');
  return asCount(asObject(hour)?.inputTokens);
}
