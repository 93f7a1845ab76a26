import type { Protocol, Usage } from '@sluice/core';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { asCount } from '../support/count.ts';
import { asObject, asText, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';

/** Reranking as Jina, Voyage, vLLM and SiliconFlow (tokens) and Cohere (search units) answer it. */
export const rerank: Protocol = eventProtocol({
  name: 'rerank',
  operation: 'rerank',
  answer: (body) => ({ model: asText(body.model), usage: readOpenaiUsage(body.usage) ?? billedUnits(body) }),
});

function billedUnits(body: JsonObject): Usage | null {
  const billed = asObject(asObject(body.meta)?.billed_units);
  const searches = asCount(billed?.search_units);
  return usageOf({ inputTokens: asCount(billed?.input_tokens), ...(searches !== null && { units: { searches } }) });
}
