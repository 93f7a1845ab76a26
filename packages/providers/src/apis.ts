import { openaiChat, openaiCompletions } from '@sluice/protocols';
import type { Tails } from './tails.ts';

/** The OpenAI API as OpenAI and its imitators serve it. */
export const openaiApi: Tails = {
  'chat/completions': openaiChat(),
  completions: openaiCompletions(),
};

/** The Messages API of Anthropic and its imitators. */
export const messagesApi: Tails = {};

/** What most hosts of open models offer: both of the above. */
export const bothApis: Tails = { ...openaiApi, ...messagesApi };

/** Gemini's own verbs, and the OpenAI-compatible paths beside them. */
export const geminiApi: Tails = { ...openaiApi };

/** Cohere's own paths, and the OpenAI-compatible ones beside them. */
export const cohereApi: Tails = { ...openaiApi };

/** Ollama's own paths, and the OpenAI- and Anthropic-compatible ones beside them. */
export const ollamaApi: Tails = { ...bothApis };

/** Bedrock's own operations, and the OpenAI- and Anthropic-compatible paths of mantle. */
export const bedrockApi: Tails = { ...bothApis };

/** Gemini's verbs, Claude's raw ones and the OpenAI-compatible endpoint. */
export const vertexApi: Tails = { ...geminiApi };

/** Workers AI beside its OpenAI-compatible API. */
export const workersAiApi: Tails = { ...openaiApi };

/** Hugging Face's pipelines beside the OpenAI-compatible API. */
export const huggingfaceApi: Tails = { ...openaiApi };
