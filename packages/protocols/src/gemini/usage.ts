import type { Usage } from '@sluice/core';
import { plus, stated } from '../reading/facts.ts';
import { asCount, sumCounts } from '../support/count.ts';
import { asArray, asObject, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/**
 * The usage of an answer as Gemini states it. Cached tokens are inside `promptTokenCount`; tool-use prompts and
 * thoughts stand beside their totals.
 */
export function toUsage(value: unknown): Usage | null {
  const metadata = asObject(value);
  if (metadata === undefined) return null;
  const inputTokens = plus(asCount(metadata.promptTokenCount), asCount(metadata.toolUsePromptTokenCount));
  return usageOf({
    inputTokens,
    outputTokens: outputTokens(metadata, inputTokens),
    cacheReadTokens: asCount(metadata.cachedContentTokenCount),
    reasoningTokens: asCount(metadata.thoughtsTokenCount),
    inputAudioTokens: modalityTokens(metadata.promptTokensDetails, 'AUDIO'),
    outputAudioTokens: modalityTokens(metadata.candidatesTokensDetails, 'AUDIO'),
    ...stated({
      inputImageTokens: modalityTokens(metadata.promptTokensDetails, 'IMAGE'),
      outputImageTokens: modalityTokens(metadata.candidatesTokensDetails, 'IMAGE'),
    }),
  });
}

/** Zero counts are left out of the wire, so that nothing was generated shows in the total alone. */
function outputTokens(metadata: JsonObject, inputTokens: number | null): number | null {
  const stated = sumCounts(asCount(metadata.candidatesTokenCount), asCount(metadata.thoughtsTokenCount));
  const total = asCount(metadata.totalTokenCount);
  if (stated !== null || total === null || inputTokens === null) return stated;
  return Math.max(0, total - inputTokens);
}

function modalityTokens(details: unknown, modality: string): number | null {
  const found = asArray(details).find((detail) => asObject(detail)?.modality === modality);
  return asCount(asObject(found)?.tokenCount);
}
