import type { Protocol } from '@sluice/core';
import type { OpenaiOptions } from '../openai-shared/completions-protocol.ts';
import { eventProtocol } from '../openai-shared/event-protocol.ts';
import { readOpenaiUsage } from '../openai-shared/usage.ts';
import { asText } from '../support/json.ts';

/** OpenAI embeddings, also as Mistral, Voyage, Jina, Together and vLLM speak them. */
export function openaiEmbeddings({ usage }: OpenaiOptions = {}): Protocol {
  return eventProtocol({
    name: 'openai-embeddings',
    operation: 'embeddings',
    answer: (body) => ({ model: asText(body.model), usage: readOpenaiUsage(body.usage, usage) }),
  });
}
