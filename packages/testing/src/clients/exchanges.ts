import { askToFail, CHAT_TOKENS, SCRIPT, type Tokens, UNKNOWN_TOKENS } from './script.ts';
import type { ProviderSlug } from './vendors.ts';

/** A request that anybody can send with nothing but HTTP, and what is known of its answer. */
export interface Exchange {
  readonly provider: ProviderSlug;
  /** Below the provider's base URL. */
  readonly path: string;
  readonly model: string;
  readonly body: object;
  /** 200 when left out. */
  readonly status?: number;
  readonly contentType: string;
  readonly tokens: Tokens;
  /** US dollars, where the price is worth a look. */
  readonly cost?: number;
}

const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';

const messages = [{ role: 'user', content: SCRIPT.greeting.ask }];
// The stand-in of Ollama counts no tokens and says so with zeros.
const OLLAMA_TOKENS = { in: 0, out: 0 };

// The same streamed or not: 17 tokens at 0.15 and 9 at 0.60 dollars a million (https://openai.com/api/pricing).
const GPT_COST = 0.00000795;

const gpt = { provider: 'openai', path: '/chat/completions', model: 'gpt-4o-mini', tokens: CHAT_TOKENS } as const;
const tts = { provider: 'openai', path: '/audio/speech', model: 'gpt-4o-mini-tts', tokens: UNKNOWN_TOKENS } as const;
const mistral = {
  provider: 'mistral',
  path: '/v1/chat/completions',
  model: 'mistral-small-latest',
  tokens: CHAT_TOKENS,
} as const;
const cohere = { provider: 'cohere', path: '/v2/chat', model: 'command-a-03-2025', tokens: CHAT_TOKENS } as const;
const ollama = { provider: 'ollama', path: '/api/chat', model: 'llama3.2', tokens: OLLAMA_TOKENS } as const;
const nova = { provider: 'aws-bedrock', model: 'amazon.nova-lite-v1:0', tokens: CHAT_TOKENS } as const;

const streamed = { stream: true, stream_options: { include_usage: true } };
const failing = [{ role: 'user', content: askToFail(429) }];
const converse = { messages: [{ role: 'user', content: [{ text: SCRIPT.greeting.ask }] }] };
const speech = { input: SCRIPT.speech.ask, voice: 'alloy' };

/** Every vendor that is played, in each framing it has. The names are for test titles. */
export const EXCHANGES: Readonly<Record<string, Exchange>> = {
  OpenAI: { ...gpt, body: { model: gpt.model, messages }, contentType: JSON_TYPE, cost: GPT_COST },
  'OpenAI, streamed': {
    ...gpt,
    body: { model: gpt.model, messages, ...streamed },
    contentType: SSE_TYPE,
    cost: GPT_COST,
  },
  'OpenAI, refused': {
    ...gpt,
    body: { model: gpt.model, messages: failing },
    status: 429,
    contentType: JSON_TYPE,
    tokens: UNKNOWN_TOKENS,
  },
  'OpenAI, audio': { ...tts, body: { model: tts.model, ...speech }, contentType: 'audio/mpeg' },
  Mistral: { ...mistral, body: { model: mistral.model, messages }, contentType: JSON_TYPE },
  'Mistral, streamed': { ...mistral, body: { model: mistral.model, messages, ...streamed }, contentType: SSE_TYPE },
  Cohere: { ...cohere, body: { model: cohere.model, messages }, contentType: JSON_TYPE },
  'Cohere, streamed': { ...cohere, body: { model: cohere.model, messages, stream: true }, contentType: SSE_TYPE },
  Ollama: { ...ollama, body: { model: ollama.model, messages, stream: false }, contentType: JSON_TYPE },
  // Ollama streams unless told otherwise.
  'Ollama, streamed as lines of JSON': {
    ...ollama,
    body: { model: ollama.model, messages },
    contentType: 'application/x-ndjson',
  },
  Bedrock: {
    ...nova,
    path: `/model/${encodeURIComponent(nova.model)}/converse`,
    body: converse,
    contentType: JSON_TYPE,
  },
  'Bedrock, streamed as binary events': {
    ...nova,
    path: `/model/${encodeURIComponent(nova.model)}/converse-stream`,
    body: converse,
    contentType: 'application/vnd.amazon.eventstream',
  },
};
