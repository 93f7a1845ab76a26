import { describe, expect, test } from 'vitest';
import { logged } from './scenario.ts';
import { askToFail, CHAT_TOKENS, SCRIPT, type Tokens, TRANSCRIPTION_TOKENS, UNKNOWN_TOKENS } from './script.ts';
import type { Target } from './target.ts';
import type { ProviderSlug } from './vendors.ts';

/** What programs without a package do: the same request to the vendor and through the gateway gives the same bytes. */
export function fetchScenarios(target: () => Target): void {
  describe('fetch', () => {
    test.each(EXCHANGES)('$title: the same bytes as at the vendor', (exchange) => expectSameBytes(target(), exchange));

    test('uploads a form', () =>
      logged(target(), { provider: 'openai', model: 'gpt-4o-transcribe', tokens: TRANSCRIPTION_TOKENS }, async () => {
        const body = new FormData();
        body.set('model', 'gpt-4o-transcribe');
        body.set('file', new File([Uint8Array.from(SCRIPT.speech.mp3)], 'speech.mp3', { type: 'audio/mpeg' }));
        const reply = await fetch(`${target().base('openai')}/audio/transcriptions`, { method: 'POST', body });
        expect(await reply.json()).toMatchObject({ text: SCRIPT.transcription.answer });
      }));
  });
}

interface Exchange {
  readonly title: string;
  readonly provider: ProviderSlug;
  /** Below the provider's base URL. */
  readonly path: string;
  readonly body: object;
  readonly model: string;
  readonly status?: number;
  readonly contentType: string;
  readonly tokens: Tokens;
}

const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';

const messages = [{ role: 'user', content: SCRIPT.greeting.ask }];
const mistral = { model: 'mistral-small-latest', messages };
const cohere = { model: 'command-a-03-2025', messages };
const ollama = { model: 'llama3.2', messages };
const nova = 'amazon.nova-lite-v1:0';
const converse = { messages: [{ role: 'user', content: [{ text: SCRIPT.greeting.ask }] }] };
const chat = { model: 'gpt-4o-mini', messages };
const failing = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: askToFail(429) }] };
const speech = { model: 'gpt-4o-mini-tts', input: SCRIPT.speech.ask, voice: 'alloy' };
// The stand-in of Ollama counts no tokens and says so with zeros.
const OLLAMA_TOKENS = { in: 0, out: 0 };

const EXCHANGES: readonly Exchange[] = [
  {
    title: 'OpenAI',
    provider: 'openai',
    path: '/chat/completions',
    body: chat,
    model: chat.model,
    contentType: JSON_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'OpenAI, streamed',
    provider: 'openai',
    path: '/chat/completions',
    body: { ...chat, stream: true, stream_options: { include_usage: true } },
    model: chat.model,
    contentType: SSE_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'OpenAI, refused',
    provider: 'openai',
    path: '/chat/completions',
    body: failing,
    model: failing.model,
    status: 429,
    contentType: JSON_TYPE,
    tokens: UNKNOWN_TOKENS,
  },
  {
    title: 'OpenAI, audio',
    provider: 'openai',
    path: '/audio/speech',
    body: speech,
    model: speech.model,
    contentType: 'audio/mpeg',
    tokens: UNKNOWN_TOKENS,
  },
  {
    title: 'Mistral',
    provider: 'mistral',
    path: '/v1/chat/completions',
    body: mistral,
    model: mistral.model,
    contentType: JSON_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'Mistral, streamed',
    provider: 'mistral',
    path: '/v1/chat/completions',
    body: { ...mistral, stream: true, stream_options: { include_usage: true } },
    model: mistral.model,
    contentType: SSE_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'Cohere',
    provider: 'cohere',
    path: '/v2/chat',
    body: cohere,
    model: cohere.model,
    contentType: JSON_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'Cohere, streamed',
    provider: 'cohere',
    path: '/v2/chat',
    body: { ...cohere, stream: true },
    model: cohere.model,
    contentType: SSE_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'Ollama',
    provider: 'ollama',
    path: '/api/chat',
    body: { ...ollama, stream: false },
    model: ollama.model,
    contentType: JSON_TYPE,
    tokens: OLLAMA_TOKENS,
  },
  {
    title: 'Ollama, streamed as lines of JSON',
    provider: 'ollama',
    path: '/api/chat',
    body: ollama,
    model: ollama.model,
    contentType: 'application/x-ndjson',
    tokens: OLLAMA_TOKENS,
  },
  {
    title: 'Bedrock',
    provider: 'aws-bedrock',
    path: `/model/${encodeURIComponent(nova)}/converse`,
    body: converse,
    model: nova,
    contentType: JSON_TYPE,
    tokens: CHAT_TOKENS,
  },
  {
    title: 'Bedrock, streamed as binary events',
    provider: 'aws-bedrock',
    path: `/model/${encodeURIComponent(nova)}/converse-stream`,
    body: converse,
    model: nova,
    contentType: 'application/vnd.amazon.eventstream',
    tokens: CHAT_TOKENS,
  },
];

async function expectSameBytes(target: Target, exchange: Exchange): Promise<void> {
  const { provider, model, status = 200, contentType, tokens } = exchange;
  const there = await post(target.vendor(provider), exchange);
  const here = await logged(target, { provider, model, status, tokens }, () => post(target.base(provider), exchange));
  expect(here).toEqual(there);
  expect(here).toMatchObject({ status, contentType });
}

async function post(base: string, { path, body }: Exchange) {
  const headers = { 'content-type': JSON_TYPE, authorization: 'Bearer sk-test-plain' };
  const reply = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const bytes = Buffer.from(await reply.arrayBuffer()).toString('latin1');
  return {
    status: reply.status,
    contentType: reply.headers.get('content-type'),
    retryAfter: reply.headers.get('retry-after'),
    rateLimit: reply.headers.get('x-ratelimit-remaining-requests'),
    bytes: bytes.replaceAll(CLOCK_TIME, '"created_at":"now"'),
  };
}

// Ollama's stand-in stamps each piece with the time of day.
const CLOCK_TIME = /"created_at":"[^"]*"/g;
