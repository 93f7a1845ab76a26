import type { Usage } from '@sluice/core';
import { firstCount, sumCounts } from '../support/count.ts';
import { asObject, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** Corrects a usage whose numbers mean something else at one provider; `raw` is the `usage` object as it came. */
export type UsagePatch = (usage: Usage, raw: JsonObject) => Usage;

/**
 * The `usage` object of OpenAI and of everyone who speaks its languages (Chat, Responses, embeddings, images, audio),
 * in all known spellings. Null when it is absent or states nothing.
 */
export function readOpenaiUsage(value: unknown, patch?: UsagePatch): Usage | null {
  const raw = asObject(value);
  if (raw === undefined) return null;
  const usage = usageOf({ ...tokens(raw), ...extras(raw) });
  return usage === null || patch === undefined ? usage : patch(usage, raw);
}

function tokens(raw: JsonObject): Partial<Usage> {
  const input = details(
    raw,
    'prompt_tokens_details',
    'prompt_token_details',
    'input_tokens_details',
    'input_token_details',
  );
  const output = details(raw, 'completion_tokens_details', 'output_tokens_details', 'output_token_details');
  const inputTokens = firstCount(raw.prompt_tokens, raw.input_tokens);
  const outputTokens = firstCount(raw.completion_tokens, raw.output_tokens);
  return {
    // Voyage and Jina state nothing but the total, and all of it is input.
    inputTokens: inputTokens ?? (outputTokens === null ? firstCount(raw.total_tokens) : null),
    outputTokens,
    // In this order: OpenAI, DeepSeek, Moonshot, Mistral.
    cacheReadTokens: firstCount(
      input.cached_tokens,
      raw.prompt_cache_hit_tokens,
      raw.cached_tokens,
      raw.num_cached_tokens,
    ),
    // OpenAI and OpenRouter; DashScope.
    cacheWriteTokens: firstCount(input.cache_write_tokens, input.cache_creation_input_tokens),
    // OpenAI; Perplexity.
    reasoningTokens: firstCount(output.reasoning_tokens, raw.reasoning_tokens),
    inputAudioTokens: firstCount(input.audio_tokens),
    outputAudioTokens: firstCount(output.audio_tokens),
    ...known('inputImageTokens', input.image_tokens),
    ...known('outputImageTokens', output.image_tokens),
  };
}

/** What is stated besides tokens: searches (Perplexity), seconds (transcription) and the price. */
function extras(raw: JsonObject): Partial<Usage> {
  const units = { ...known('searches', raw.num_search_queries), ...known('seconds', raw.seconds) };
  return { ...(Object.keys(units).length > 0 && { units }), ...known('reportedCost', dollars(raw)) };
}

/** OpenRouter; Perplexity; DeepInfra; xAI, whose ticks are 10⁻¹⁰ dollars (docs.x.ai, cost tracking). */
function dollars(raw: JsonObject): number | null {
  const cost = firstCount(raw.cost, asObject(raw.cost)?.total_cost, raw.estimated_cost);
  const ticks = firstCount(raw.cost_in_usd_ticks);
  return cost ?? (ticks === null ? null : ticks / 1e10);
}

/** A field that is left out while its value is unknown. */
function known<Name extends string>(name: Name, value: unknown): { readonly [K in Name]?: number } {
  const count = firstCount(value);
  return count === null ? {} : ({ [name]: count } as { readonly [K in Name]: number });
}

function details(raw: JsonObject, ...names: readonly string[]): JsonObject {
  for (const name of names) {
    const found = asObject(raw[name]);
    if (found !== undefined) return found;
  }
  return {};
}

/** llama.cpp's `timings`: the tokens it did not have to read again stand only there. */
export function withTimings(usage: Usage | null, timings: unknown): Usage | null {
  const cached = firstCount(asObject(timings)?.cache_n);
  if (usage === null || usage.cacheReadTokens !== null || cached === null) return usage;
  return { ...usage, cacheReadTokens: cached };
}

/** xAI counts reasoning outside `completion_tokens`, and for some models cached tokens outside `prompt_tokens`. */
export const xaiUsage: UsagePatch = (usage) => ({
  ...usage,
  inputTokens: exceeds(usage.cacheReadTokens, usage.inputTokens)
    ? sumCounts(usage.inputTokens, usage.cacheReadTokens)
    : usage.inputTokens,
  outputTokens: usage.outputTokens === null ? null : sumCounts(usage.outputTokens, usage.reasoningTokens),
});

/** DeepInfra counts reasoning outside `completion_tokens` for some models; then it can be the larger number. */
export const deepinfraUsage: UsagePatch = (usage) =>
  exceeds(usage.reasoningTokens, usage.outputTokens)
    ? { ...usage, outputTokens: sumCounts(usage.outputTokens, usage.reasoningTokens) }
    : usage;

function exceeds(part: number | null, whole: number | null): boolean {
  return part !== null && whole !== null && part > whole;
}
