import type { Protocol } from '@sluice/core';
import { completionsProtocol, type OpenaiOptions } from '../openai-shared/completions-protocol.ts';

/**
 * OpenAI Chat Completions as OpenAI, Azure, Mistral, Groq, DeepSeek, xAI, OpenRouter, Perplexity, Cerebras, vLLM,
 * llama.cpp and the many others compatible with it speak it.
 */
export function openaiChat(options: OpenaiOptions = {}): Protocol {
  return completionsProtocol('openai-chat', 'chat', options);
}
