/** Under which name the price table knows a vendor; undefined when it doesn't. */
export function priceTableId(provider: string, model: string): string | undefined {
  if (provider === 'huggingface') return huggingfaceId(model);
  return IDS.get(provider);
}

/** The model as the price table spells it. */
export function priceTableModel(provider: string, model: string): string {
  // Bedrock's inference profiles are ARNs that end in the model; Gemini answers `models/…` in places.
  const bare =
    model.startsWith('arn:') || model.startsWith('models/') ? model.slice(model.lastIndexOf('/') + 1) : model;
  return provider === 'huggingface' ? bare.replace(/:[^:]*$/, '') : bare;
}

const IDS: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['anthropic-aws', 'anthropic'],
  ['google-ai-studio', 'google'],
  ['google-vertex-ai', 'google'],
  ['azure-openai', 'azure'],
  ['azure', 'azure'],
  ['aws-bedrock', 'aws'],
  ['bedrock', 'aws'],
  ['workers-ai', 'cloudflare'],
  ['baseten', 'baseten'],
  ['cerebras', 'cerebras'],
  ['cohere', 'cohere'],
  ['deepseek', 'deepseek'],
  ['fireworks', 'fireworks'],
  ['grok', 'x-ai'],
  ['xai', 'x-ai'],
  ['groq', 'groq'],
  ['minimax', 'minimax'],
  ['mistral', 'mistral'],
  ['moonshot', 'moonshotai'],
  ['moonshotai', 'moonshotai'],
  ['novita', 'novita'],
  ['openrouter', 'openrouter'],
  ['ovhcloud', 'ovhcloud'],
  ['perplexity', 'perplexity'],
  ['perplexity-ai', 'perplexity'],
  ['together', 'together'],
  ['voyage', 'voyageai'],
  ['z-ai', 'zai'],
  ['zai', 'zai'],
  ['zhipu', 'zhipuai'],
]);

/** Its router has other vendors' prices: `org/model:groq` says whose. Without that the price is the router's secret. */
function huggingfaceId(model: string): string | undefined {
  const vendor = /:([a-z\d-]+)$/.exec(model)?.[1];
  return vendor === undefined ? undefined : `huggingface_${vendor}`;
}
