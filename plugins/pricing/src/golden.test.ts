import { type Protocol, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import {
  anthropicMessages,
  bedrockConverse,
  bedrockInvoke,
  bedrockInvokeEmbeddings,
  cohereChat,
  cohereEmbed,
  cohereRerank,
  cohereV1Chat,
  gemini,
  geminiEmbeddings,
  geminiStream,
  huggingface,
  ollamaChat,
  openaiChat,
  openaiEmbeddings,
  openaiImages,
  openaiResponses,
  openaiTranscriptions,
  workersAi,
  xaiUsage,
} from '@sluice/protocols';
import { describe, expect, test } from 'vitest';
import { NOON, priced } from './__fixtures__/priced.ts';
import { Named, readStreamed, readWhole } from './__fixtures__/read.ts';
import type { ModelPrice } from './index.ts';

/** A vendor's usage as it states it, what it means, and what it costs to the last 10⁻⁹ dollar. */
interface Golden {
  readonly provider: string;
  readonly protocol: Protocol;
  /** As asked for; answers without a model are priced by it. */
  readonly model: string;
  readonly whole?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly stream?: { readonly type: string; readonly payloads: readonly unknown[] };
  readonly usage: Partial<Usage>;
  readonly nanos: number | null;
  readonly at?: number;
  readonly prices?: Readonly<Record<string, ModelPrice>>;
}

const SSE = 'text/event-stream';
const chat = openaiChat();

const GOLDEN: Readonly<Record<string, Golden>> = {
  'openai chat, cached': {
    provider: 'openai',
    protocol: chat,
    model: 'gpt-4o',
    ...chatAnswer('gpt-4o-2024-08-06', {
      prompt_tokens: 1000,
      completion_tokens: 100,
      total_tokens: 1100,
      prompt_tokens_details: { cached_tokens: 600, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    }),
    usage: {
      inputTokens: 1000,
      outputTokens: 100,
      cacheReadTokens: 600,
      reasoningTokens: 0,
      inputAudioTokens: 0,
      outputAudioTokens: 0,
    },
    // 400 × 2.50 + 600 × 1.25 + 100 × 10 dollars a million.
    nanos: 2_750_000,
  },
  'openai chat, reasoning': {
    provider: 'openai',
    protocol: chat,
    model: 'gpt-5',
    ...chatAnswer('gpt-5-2025-08-07', {
      prompt_tokens: 80,
      completion_tokens: 31,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 12 },
    }),
    usage: { inputTokens: 80, outputTokens: 31, cacheReadTokens: 64, reasoningTokens: 12 },
    // 16 × 1.25 + 64 × 0.125 + 31 × 10: reasoning is inside the output.
    nanos: 338_000,
  },
  'openai chat, audio': {
    provider: 'openai',
    protocol: chat,
    model: 'gpt-audio',
    ...chatAnswer('gpt-audio-2025-08-28', {
      prompt_tokens: 50,
      completion_tokens: 40,
      prompt_tokens_details: { audio_tokens: 30 },
      completion_tokens_details: { audio_tokens: 25 },
    }),
    usage: { inputTokens: 50, outputTokens: 40, inputAudioTokens: 30, outputAudioTokens: 25 },
    // 20 × 2.50 + 30 × 32 + 15 × 10 + 25 × 64.
    nanos: 2_760_000,
  },
  'azure chat': {
    provider: 'azure-openai',
    protocol: chat,
    model: 'my-deployment',
    ...chatAnswer('gpt-4o-2024-08-06', { prompt_tokens: 10, completion_tokens: 10 }),
    usage: { inputTokens: 10, outputTokens: 10 },
    nanos: 125_000,
  },
  'openai responses': {
    provider: 'openai',
    protocol: openaiResponses(),
    model: 'gpt-5',
    ...responsesAnswer('gpt-5-2025-08-07', {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 29,
    }),
    usage: { inputTokens: 9, outputTokens: 20, cacheReadTokens: 4, reasoningTokens: 5 },
    // 5 × 1.25 + 4 × 0.125 + 20 × 10.
    nanos: 206_750,
  },
  'openai embeddings': {
    provider: 'openai',
    protocol: openaiEmbeddings(),
    model: 'text-embedding-3-small',
    whole: { object: 'list', data: [], model: 'text-embedding-3-small', usage: { prompt_tokens: 7, total_tokens: 7 } },
    usage: { inputTokens: 7 },
    nanos: 140,
  },
  'voyage embeddings': {
    provider: 'voyage',
    protocol: openaiEmbeddings(),
    model: 'voyage-3.5',
    whole: { object: 'list', data: [], model: 'voyage-3.5', usage: { total_tokens: 10 } },
    usage: { inputTokens: 10 },
    nanos: 600,
  },
  'openai images': {
    provider: 'openai',
    protocol: openaiImages,
    model: 'gpt-image-1.5',
    whole: { created: 1, data: [{ b64_json: '' }], usage: imageUsage() },
    stream: {
      type: SSE,
      payloads: [
        { type: 'image_generation.partial_image', b64_json: '' },
        { type: 'image_generation.completed', b64_json: '', usage: imageUsage() },
      ],
    },
    usage: { inputTokens: 60, outputTokens: 4160, inputImageTokens: 50, units: { images: 1 } },
    // 10 × 5 + 50 × 8 + 4160 × 32: what a picture endpoint puts out is a picture.
    nanos: 133_570_000,
  },
  'openai transcription by tokens': {
    provider: 'openai',
    protocol: openaiTranscriptions,
    model: 'gpt-4o-transcribe',
    whole: { text: 'hi', usage: transcriptUsage() },
    stream: {
      type: SSE,
      payloads: [
        { type: 'transcript.text.delta', delta: 'hi' },
        { type: 'transcript.text.done', text: 'hi', usage: transcriptUsage() },
      ],
    },
    usage: { inputTokens: 14, outputTokens: 45, inputAudioTokens: 14 },
    // 14 × 6 + 45 × 10.
    nanos: 534_000,
  },
  'openai transcription by seconds': {
    provider: 'openai',
    protocol: openaiTranscriptions,
    model: 'whisper-1',
    whole: { text: 'hi', usage: { type: 'duration', seconds: 12.5 } },
    usage: { units: { seconds: 12.5 } },
    // 12.5 s at 0.36 dollars an hour.
    nanos: 1_250_000,
  },
  'anthropic, cache read, written for minutes and for an hour': {
    provider: 'anthropic',
    protocol: anthropicMessages,
    model: 'claude-sonnet-4-5',
    ...messagesAnswer('claude-sonnet-4-5-20250929', {
      input_tokens: 12,
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 900,
      cache_creation: { ephemeral_5m_input_tokens: 60, ephemeral_1h_input_tokens: 40 },
    }),
    usage: {
      inputTokens: 1012,
      outputTokens: 57,
      cacheReadTokens: 900,
      cacheWriteTokens: 100,
      cacheWrite1hTokens: 40,
      reasoningTokens: 20,
    },
    // 12 × 3 + 60 × 3.75 + 40 × 6 + 900 × 0.30 + 57 × 15.
    nanos: 1_626_000,
  },
  'anthropic, web search': {
    provider: 'anthropic',
    protocol: anthropicMessages,
    model: 'claude-sonnet-4-5',
    ...messagesAnswer('claude-sonnet-4-5-20250929', {
      input_tokens: 100,
      server_tool_use: { web_search_requests: 2 },
    }),
    usage: { inputTokens: 100, outputTokens: 57, reasoningTokens: 20, units: { searches: 2 } },
    // 100 × 3 + 57 × 15, and 2 searches at 10 dollars a thousand.
    nanos: 21_155_000,
  },
  'anthropic, a long prompt costs more from its first token': {
    provider: 'anthropic',
    protocol: anthropicMessages,
    model: 'claude-sonnet-4-5',
    ...messagesAnswer('claude-sonnet-4-5-20250929', { input_tokens: 1, cache_read_input_tokens: 200_000 }),
    usage: { inputTokens: 200_001, outputTokens: 57, cacheReadTokens: 200_000, reasoningTokens: 20 },
    // 1 × 6 + 200,000 × 0.60 + 57 × 22.50.
    nanos: 121_288_500,
  },
  'gemini: thoughts, tool prompt, cached': {
    provider: 'google-ai-studio',
    protocol: geminiStream,
    model: 'gemini-2.5-flash',
    ...geminiAnswer('gemini-2.5-flash', {
      promptTokenCount: 40,
      toolUsePromptTokenCount: 10,
      cachedContentTokenCount: 32,
      candidatesTokenCount: 22,
      thoughtsTokenCount: 18,
      totalTokenCount: 90,
    }),
    usage: { inputTokens: 50, outputTokens: 40, cacheReadTokens: 32, reasoningTokens: 18 },
    // 18 × 0.30 + 32 × 0.03 + 40 × 2.50.
    nanos: 106_360,
  },
  'gemini, audio partly cached': {
    provider: 'google-vertex-ai',
    protocol: gemini,
    model: 'gemini-2.5-flash',
    ...geminiAnswer('gemini-2.5-flash', {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 10,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 30 },
        { modality: 'AUDIO', tokenCount: 70 },
      ],
    }),
    usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 60, inputAudioTokens: 70 },
    // At least 30 cached tokens were audio: 30 × 0.03 + 30 × 0.10 + 40 × 1 + 10 × 2.50.
    nanos: 68_900,
  },
  'gemini embeddings without counts': {
    provider: 'google-ai-studio',
    protocol: geminiEmbeddings,
    model: 'gemini-embedding-001',
    whole: { embedding: { values: [] }, usageMetadata: { promptTokenCount: 6 } },
    usage: { inputTokens: 6 },
    nanos: 900,
  },
  'claude on vertex': {
    provider: 'google-vertex-ai',
    protocol: anthropicMessages,
    model: 'claude-sonnet-4-5@20250929',
    ...messagesAnswer('claude-sonnet-4-5-20250929', { input_tokens: 10 }),
    usage: { inputTokens: 10, outputTokens: 57, reasoningTokens: 20 },
    nanos: 885_000,
  },
  'bedrock converse': {
    provider: 'aws-bedrock',
    protocol: bedrockConverse,
    model: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    ...converseAnswer({
      inputTokens: 12,
      outputTokens: 57,
      totalTokens: 1069,
      cacheReadInputTokens: 900,
      cacheWriteInputTokens: 100,
    }),
    usage: { inputTokens: 1012, outputTokens: 57, cacheReadTokens: 900, cacheWriteTokens: 100 },
    // 12 × 1.10 + 900 × 0.11 + 100 × 1.375 + 57 × 5.50.
    nanos: 563_200,
  },
  'bedrock converse by inference profile': {
    provider: 'aws-bedrock',
    protocol: bedrockConverse,
    model: 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    ...converseAnswer({ inputTokens: 10, outputTokens: 10, totalTokens: 20 }),
    usage: { inputTokens: 10, outputTokens: 10 },
    nanos: 60_000,
  },
  'bedrock invoke, counts in headers': {
    provider: 'aws-bedrock',
    protocol: bedrockInvoke,
    model: 'amazon.nova-lite-v1:0',
    whole: { outputs: [] },
    headers: { 'x-amzn-bedrock-input-token-count': '100', 'x-amzn-bedrock-output-token-count': '10' },
    usage: { inputTokens: 100, outputTokens: 10 },
    // 100 × 0.06 + 10 × 0.24.
    nanos: 8_400,
  },
  'bedrock embeddings': {
    provider: 'aws-bedrock',
    protocol: bedrockInvokeEmbeddings,
    model: 'amazon.titan-embed-text-v1',
    whole: { embedding: [], inputTextTokenCount: 5 },
    usage: { inputTokens: 5 },
    nanos: 500,
  },
  'cohere bills other tokens than it counts': {
    provider: 'cohere',
    protocol: cohereChat,
    model: 'command-a-03-2025',
    whole: { id: 'c1', finish_reason: 'COMPLETE', message: { role: 'assistant', content: [] }, usage: cohereUsage() },
    stream: {
      type: SSE,
      payloads: [
        { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hi' } } } },
        { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: cohereUsage() } },
      ],
    },
    usage: {
      inputTokens: 900,
      outputTokens: 40,
      cacheReadTokens: 512,
      billed: { inputTokens: 20, outputTokens: 15 },
    },
    // 20 × 2.50 + 15 × 10.
    nanos: 200_000,
  },
  'cohere v1': {
    provider: 'cohere',
    protocol: cohereV1Chat,
    model: 'command-a-03-2025',
    whole: { text: 'Hi', finish_reason: 'COMPLETE', meta: cohereUsage() },
    stream: {
      type: 'application/stream+json',
      payloads: [
        { is_finished: false, event_type: 'text-generation', text: 'Hi' },
        {
          is_finished: true,
          event_type: 'stream-end',
          finish_reason: 'COMPLETE',
          response: { text: 'Hi', meta: cohereUsage() },
        },
      ],
    },
    usage: {
      inputTokens: 900,
      outputTokens: 40,
      cacheReadTokens: 512,
      billed: { inputTokens: 20, outputTokens: 15 },
    },
    nanos: 200_000,
  },
  'cohere embed': {
    provider: 'cohere',
    protocol: cohereEmbed,
    model: 'embed-v4.0',
    whole: { id: 'e', embeddings: {}, meta: { billed_units: { input_tokens: 50 } } },
    usage: { inputTokens: 50 },
    nanos: 6_000,
  },
  'cohere rerank at the operator’s price': {
    provider: 'cohere',
    protocol: cohereRerank,
    model: 'rerank-v3.5',
    whole: { id: 'r', results: [], meta: { billed_units: { search_units: 3 } } },
    usage: { units: { searches: 3 } },
    prices: { 'cohere/rerank-v3.5': { units: { searches: 0.002 } } },
    nanos: 6_000_000,
  },
  mistral: {
    provider: 'mistral',
    protocol: chat,
    model: 'mistral-large-2512',
    ...chatAnswer('mistral-large-2512', { prompt_tokens: 100, completion_tokens: 10, num_cached_tokens: 40 }),
    usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 40 },
    // 60 × 0.50 + 40 × 0.05 + 10 × 1.50.
    nanos: 47_000,
  },
  deepseek: {
    provider: 'deepseek',
    protocol: chat,
    model: 'deepseek-chat',
    ...chatAnswer('deepseek-chat', {
      prompt_tokens: 100,
      completion_tokens: 10,
      prompt_cache_hit_tokens: 60,
      prompt_cache_miss_tokens: 40,
    }),
    usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 60 },
    // 40 × 0.27 + 60 × 0.07 + 10 × 1.10.
    nanos: 26_000,
  },
  'deepseek at night': {
    provider: 'deepseek',
    protocol: chat,
    model: 'deepseek-chat',
    at: NOON + 8 * 3_600_000,
    ...chatAnswer('deepseek-chat', { prompt_tokens: 100, completion_tokens: 10, prompt_cache_hit_tokens: 60 }),
    usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 60 },
    nanos: 13_000,
  },
  'xai counts reasoning outside the completion': {
    provider: 'grok',
    protocol: openaiChat({ usage: xaiUsage }),
    model: 'grok-3-mini',
    ...chatAnswer('grok-3-mini', {
      prompt_tokens: 100,
      completion_tokens: 10,
      prompt_tokens_details: { cached_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 90 },
    }),
    usage: { inputTokens: 100, outputTokens: 100, cacheReadTokens: 40, reasoningTokens: 90 },
    // 60 × 0.30 + 40 × 0.075 + 100 × 0.50.
    nanos: 71_000,
  },
  groq: {
    provider: 'groq',
    protocol: chat,
    model: 'llama-3.1-8b-instant',
    ...chatAnswer('llama-3.1-8b-instant', { prompt_tokens: 33, completion_tokens: 7, queue_time: 0.1 }),
    usage: { inputTokens: 33, outputTokens: 7 },
    // 33 × 0.05 + 7 × 0.08.
    nanos: 2_210,
  },
  'workers ai': {
    provider: 'workers-ai',
    protocol: workersAi,
    model: '@cf/meta/llama-3.1-8b-instruct',
    whole: { result: { response: 'Hi', usage: { prompt_tokens: 9, completion_tokens: 2 } }, success: true, errors: [] },
    stream: {
      type: SSE,
      payloads: [
        { response: 'Hi', p: 'ab' },
        { response: '', usage: { prompt_tokens: 9, completion_tokens: 2 } },
        '[DONE]',
      ],
    },
    usage: { inputTokens: 9, outputTokens: 2 },
    // 9 × 0.282 + 2 × 0.827.
    nanos: 4_192,
  },
  'ollama has no price': {
    provider: 'ollama',
    protocol: ollamaChat,
    model: 'llama3.2',
    ...ollamaAnswer(),
    usage: { inputTokens: 26, outputTokens: 29 },
    nanos: null,
  },
  'ollama at the operator’s price': {
    provider: 'ollama',
    protocol: ollamaChat,
    model: 'llama3.2',
    ...ollamaAnswer(),
    usage: { inputTokens: 26, outputTokens: 29 },
    prices: { 'ollama/*': { input: 0.01, output: 0.02 } },
    nanos: 840,
  },
  'hugging face router, the vendor named': {
    provider: 'huggingface',
    protocol: chat,
    model: 'Qwen/Qwen2.5-7B-Instruct:together',
    ...chatAnswer('Qwen/Qwen2.5-7B-Instruct', { prompt_tokens: 10, completion_tokens: 10 }),
    usage: { inputTokens: 10, outputTokens: 10 },
    nanos: 6_000,
  },
  'hugging face counts only what it generated': {
    provider: 'huggingface',
    protocol: huggingface,
    model: 'org/model',
    whole: { generated_text: 'Hi', details: { finish_reason: 'length', generated_tokens: 20 } },
    usage: { outputTokens: 20 },
    prices: { 'huggingface/*': { input: 1, output: 1 } },
    nanos: null,
  },
  'openrouter’s own bill': {
    provider: 'openrouter',
    protocol: chat,
    model: 'openai/gpt-4o',
    ...chatAnswer('openai/gpt-4o', { prompt_tokens: 100, completion_tokens: 10, cost: 0.00031457 }),
    usage: { inputTokens: 100, outputTokens: 10, reportedCost: 0.00031457 },
    nanos: 314_570,
  },
  'perplexity’s own bill': {
    provider: 'perplexity-ai',
    protocol: chat,
    model: 'sonar',
    ...chatAnswer('sonar', { prompt_tokens: 5, completion_tokens: 10, cost: { total_cost: 0.005015 } }),
    usage: { inputTokens: 5, outputTokens: 10, reportedCost: 0.005015 },
    nanos: 5_015_000,
  },
  'perplexity without a bill: tokens and the call': {
    provider: 'perplexity-ai',
    protocol: chat,
    model: 'sonar',
    ...chatAnswer('sonar', { prompt_tokens: 5, completion_tokens: 10 }),
    usage: { inputTokens: 5, outputTokens: 10 },
    // 15 × 1 dollar a million, and 12 dollars a thousand calls.
    nanos: 12_015_000,
  },
  'an answer without usage': {
    provider: 'openai',
    protocol: chat,
    model: 'gpt-4o',
    ...chatAnswer('gpt-4o', undefined),
    usage: {},
    nanos: null,
  },
};

const cases = Object.entries(GOLDEN).flatMap(([name, golden]) => [
  ...(golden.whole === undefined ? [] : [{ name, how: 'whole', golden }]),
  ...(golden.stream === undefined ? [] : [{ name, how: 'streamed', golden }]),
]);

describe('golden table', () => {
  test.each(cases)('$name, $how', ({ how, golden }) => {
    const { provider, protocol, model, whole, headers, stream, usage, nanos, at, prices } = golden;
    const facts =
      how === 'whole' || stream === undefined
        ? readWhole(protocol, whole, headers)
        : readStreamed(protocol, stream.type, stream.payloads);
    expect(facts.usage).toEqual(Object.keys(usage).length === 0 ? null : { ...UNKNOWN_USAGE, ...usage });
    const cost = priced(
      { provider, protocol, model, facts, ...(at !== undefined && { at }) },
      prices === undefined ? {} : { prices },
    );
    expect(cost).toEqual({ nanos, custom: false });
  });
});

type Answers = Pick<Golden, 'whole' | 'stream'>;

function chatAnswer(model: string, usage: unknown): Answers {
  const choice = { index: 0, finish_reason: 'stop' };
  return {
    whole: { id: 'x', object: 'chat.completion', model, choices: [{ ...choice, message: { content: 'Hi' } }], usage },
    stream: {
      type: SSE,
      payloads: [
        { id: 'x', model, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }], usage: null },
        { id: 'x', model, choices: [{ ...choice, delta: {} }], usage: null },
        { id: 'x', model, choices: [], usage },
        '[DONE]',
      ],
    },
  };
}

function responsesAnswer(model: string, usage: unknown): Answers {
  const response = { id: 'resp_1', object: 'response', status: 'completed', model, output: [], usage };
  return {
    whole: response,
    stream: {
      type: SSE,
      payloads: [
        new Named('response.output_text.delta', { type: 'response.output_text.delta', delta: 'Hi' }),
        new Named('response.completed', { type: 'response.completed', response }),
      ],
    },
  };
}

function messagesAnswer(model: string, input: Readonly<Record<string, unknown>>): Answers {
  const output = { output_tokens: 57, output_tokens_details: { thinking_tokens: 20 } };
  const event = (name: string, data: object): Named => new Named(name, { type: name, ...data });
  return {
    whole: { type: 'message', model, content: [], stop_reason: 'end_turn', usage: { ...input, ...output } },
    stream: {
      type: SSE,
      payloads: [
        event('message_start', { message: { model, content: [], usage: { ...input, output_tokens: 1 } } }),
        event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
        event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: output }),
        event('message_stop', {}),
      ],
    },
  };
}

function geminiAnswer(modelVersion: string, usageMetadata: unknown): Answers {
  const content = { role: 'model', parts: [{ text: 'Hi' }] };
  const last = { candidates: [{ content, finishReason: 'STOP', index: 0 }], usageMetadata, modelVersion };
  return {
    whole: last,
    stream: { type: SSE, payloads: [{ candidates: [{ content, index: 0 }], modelVersion }, last] },
  };
}

function converseAnswer(usage: unknown): Answers {
  return {
    whole: { output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn', usage },
    stream: {
      type: 'application/vnd.amazon.eventstream',
      payloads: [
        new Named('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hi' } }),
        new Named('messageStop', { stopReason: 'end_turn' }),
        new Named('metadata', { usage, metrics: { latencyMs: 1 } }),
      ],
    },
  };
}

function ollamaAnswer(): Answers {
  const last = { model: 'llama3.2', done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 29 };
  return {
    whole: { ...last, message: { role: 'assistant', content: 'Hi' } },
    stream: {
      type: 'application/x-ndjson',
      payloads: [{ model: 'llama3.2', message: { role: 'assistant', content: 'Hi' }, done: false }, last],
    },
  };
}

function imageUsage(): unknown {
  return {
    input_tokens: 60,
    input_tokens_details: { text_tokens: 10, image_tokens: 50 },
    output_tokens: 4160,
    total_tokens: 4220,
  };
}

function transcriptUsage(): unknown {
  return {
    type: 'tokens',
    input_tokens: 14,
    input_token_details: { text_tokens: 0, audio_tokens: 14 },
    output_tokens: 45,
    total_tokens: 59,
  };
}

function cohereUsage(): unknown {
  return {
    billed_units: { input_tokens: 20, output_tokens: 15 },
    tokens: { input_tokens: 900, output_tokens: 40 },
    cached_tokens: 512,
  };
}
