import Anthropic from '@anthropic-ai/sdk';
import type { UpstreamReply } from '@sluice/core';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import {
  CHAT,
  chatEvents,
  completion,
  eventStream,
  json,
  repeats,
  seen,
  start,
  type TestGateway,
} from '../__fixtures__/start.ts';

/** What the vendor would answer to the second call; no test may see it. */
const ELSE = json(completion('asked again'));

describe('openai-chat', () => {
  const messages = [{ role: 'user' as const, content: 'Hello?' }];
  const usage = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  const withUsage = { model: 'gpt-x', messages, stream_options: { include_usage: true } };

  test('a stream serves a call for a whole answer', async () => {
    const { client, sent } = openai(() => eventStream(chatEvents(['Hel', 'lo.'])));
    await client.chat.completions.stream(withUsage).finalChatCompletion();
    const answer = await client.chat.completions.create({ model: 'gpt-x', messages });
    expect(answer).toMatchObject({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_795_000_000,
      model: 'gpt-x-2026-01-01',
      usage,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello.', refusal: null } }],
    });
    expect(sent).toHaveLength(1);
  });

  test('a whole answer serves a call for a stream', async () => {
    const { client, sent } = openai(() => json(completion('Hello.')));
    await client.chat.completions.create({ model: 'gpt-x', messages });
    const answer = await client.chat.completions.stream(withUsage).finalChatCompletion();
    expect(answer).toMatchObject({
      model: 'gpt-x-2026-01-01',
      usage,
      choices: [{ finish_reason: 'stop', message: { content: 'Hello.' } }],
    });
    const pieces: string[] = [];
    for await (const chunk of await client.chat.completions.create({ model: 'gpt-x', messages, stream: true })) {
      // Without `include_usage` every chunk has a choice, and clients count on it.
      pieces.push(chunk.choices[0]?.delta.content ?? (chunk.choices.length === 0 ? 'no choice' : ''));
    }
    expect(pieces.join('')).toBe('Hello.');
    expect(sent).toHaveLength(1);
  });

  test('a stream with usage serves one without, and the other way round only a fresh one does', async () => {
    const { client, sent } = openai((_, count) => eventStream(chatEvents(['Hello.'], { usage: count > 1 })));
    const plain = { model: 'gpt-x', messages, stream: true as const };
    const read = async (body: typeof plain & { stream_options?: { include_usage: boolean } }) => {
      const chunks = [];
      for await (const chunk of await client.chat.completions.create(body)) chunks.push(chunk);
      return chunks;
    };
    await read(plain);
    const withUsageChunk = await read({ ...plain, stream_options: { include_usage: true } });
    expect(withUsageChunk.at(-1)).toMatchObject({ choices: [], usage });
    expect(sent).toHaveLength(2);
    const without = await read(plain);
    expect(without.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(without.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello.');
    expect(sent).toHaveLength(2);
  });

  test('a stream that told no usage does not serve a whole answer', async () => {
    const gateway = start((_, count) => (count === 1 ? eventStream(chatEvents(['a'], { usage: false })) : ELSE));
    expect(await repeats(gateway, { body: { ...CHAT, stream: true } }, {})).toBe(false);
  });

  test('choices, reasoning, sources, probabilities and what vendors add survive both ways', async () => {
    const choice = (index: number, content: string) => ({
      index,
      message: {
        role: 'assistant',
        content,
        refusal: null,
        reasoning_content: 'Hm.',
        annotations: [{ type: 'url_citation' }],
      },
      logprobs: { content: [{ token: content, logprob: -0.1 }], refusal: null },
      finish_reason: 'stop',
      content_filter_results: { hate: { filtered: false } },
    });
    const whole = {
      ...completion(''),
      system_fingerprint: 'fp_1',
      citations: ['https://a.test'],
      choices: [choice(0, 'a'), choice(1, 'b')],
    };
    const body = { ...CHAT, n: 2 };
    const streamed = { body: { ...body, stream: true, stream_options: { include_usage: true } } };
    const first = start(() => json(whole));
    await (await first.ask({ body })).text();
    await first.settled();
    const { text, status } = await seen(first.ask(streamed));
    expect(status).toBe('HIT');
    const second = start(() => eventStream(text));
    await (await second.ask(streamed)).text();
    await second.settled();
    const back = await seen(second.ask({ body }));
    expect(back.status).toBe('HIT');
    expect(JSON.parse(back.text)).toEqual(whole);
  });

  test.each([
    ['audio', { audio: { id: 'a' } }],
    ['reasoning in parts', { reasoning_details: [{ type: 'reasoning.text', text: 'a' }] }],
    ['content in parts', { content: [{ type: 'text', text: 'a' }] }],
  ])('a stream with %s serves streams alone', async (_, delta) => {
    const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
    const gateway = () => start((__, count) => (count === 1 ? eventStream(chunk + chatEvents(['a'])) : ELSE));
    const streamed = { body: { ...CHAT, stream: true, stream_options: { include_usage: true } } };
    expect(await repeats(gateway(), streamed, {})).toBe(false);
    expect(await repeats(gateway(), streamed)).toBe(true);
  });
});

describe('anthropic-messages', () => {
  const body = { model: 'claude-x', max_tokens: 100, messages: [{ role: 'user' as const, content: 'Hello?' }] };

  test('a stream serves a call for a whole answer', async () => {
    const { client, sent } = anthropic(() => eventStream(MESSAGE_EVENTS));
    const streamed = await client.messages.stream(body).finalMessage();
    const whole = await client.messages.create(body);
    expect(whole.content).toEqual(MESSAGE.content);
    expect(whole).toMatchObject({ id: 'msg_1', stop_reason: 'end_turn', stop_sequence: null, model: 'claude-x' });
    expect(whole.usage).toMatchObject(MESSAGE.usage);
    expect(whole.content).toEqual(streamed.content);
    expect(sent).toHaveLength(1);
  });

  test('a whole answer serves a call for a stream', async () => {
    const { client, sent } = anthropic(() => json(MESSAGE));
    await client.messages.create(body);
    const text: string[] = [];
    const stream = client.messages.stream(body).on('text', (delta) => void text.push(delta));
    const streamed = await stream.finalMessage();
    expect(text.join('')).toBe('Grüße, 世界 🌍');
    expect(streamed.content).toEqual(MESSAGE.content);
    expect(streamed).toMatchObject({ id: 'msg_1', stop_reason: 'end_turn', usage: MESSAGE.usage });
    expect(sent).toHaveLength(1);
  });

  test('the log reads the same usage from either form', async () => {
    const gateway = start(() => json(MESSAGE));
    const question = { path: 'anthropic/v1/messages', body };
    expect(await repeats(gateway, question)).toBe(true);
    await (await gateway.ask({ ...question, body: { ...body, stream: true } })).text();
    await gateway.settled();
    const [, whole, streamed] = gateway.outcomes;
    expect(streamed?.facts).toEqual(whole?.facts);
    expect(streamed?.facts.usage).toMatchObject({ inputTokens: 1012, cacheReadTokens: 900, outputTokens: 57 });
  });

  test('a tool that ran at the vendor’s survives, with its input in pieces of JSON', async () => {
    const used = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'news' } };
    const found = {
      type: 'web_search_tool_result',
      tool_use_id: 'srvtoolu_1',
      content: [{ type: 'web_search_result', url: 'https://a.test' }],
    };
    const message = { ...MESSAGE, content: [used, found, { type: 'text', text: 'News.' }] };
    const { client, sent } = anthropic(() => json(message));
    await client.messages.create(body);
    const streamed = await client.messages.stream(body).finalMessage();
    expect(streamed.content).toEqual(message.content);
    expect(sent).toHaveLength(1);
  });

  test('a delta that nobody knows serves streams alone', async () => {
    const strange = MESSAGE_EVENTS.replace('"type":"signature_delta"', '"type":"strange_delta"');
    const gateway = start((_, count) => (count === 1 ? eventStream(strange) : json(MESSAGE)));
    const question = { path: 'anthropic/v1/messages', body };
    expect(await repeats(gateway, { ...question, body: { ...body, stream: true } }, question)).toBe(false);
  });
});

describe('openai-responses', () => {
  const body = { model: 'gpt-x', input: 'Hello?' };

  test('a whole answer serves a call for a stream', async () => {
    const { client, sent } = openai(() => json(RESPONSE));
    await client.responses.create(body);
    const text: string[] = [];
    const stream = client.responses.stream(body).on('response.output_text.delta', ({ delta }) => void text.push(delta));
    const streamed = await stream.finalResponse();
    expect(text.join('')).toBe('Hello.');
    expect(streamed.output_text).toBe('Hello.');
    expect(streamed).toMatchObject({ id: 'resp_1', status: 'completed', usage: RESPONSE.usage });
    expect(sent).toHaveLength(1);
  });

  test('a stream serves a call for a whole answer', async () => {
    const first = openai(() => json(RESPONSE));
    await first.client.responses.create(body);
    await first.settled();
    const events = await (await first.ask({ path: 'openai/responses', body: { ...body, stream: true } })).text();
    const { client, sent } = openai(() => eventStream(events));
    await client.responses.stream(body).finalResponse();
    const whole = await client.responses.create(body);
    expect(whole.output_text).toBe('Hello.');
    expect(whole.output).toEqual(RESPONSE.output);
    expect(sent).toHaveLength(1);
  });

  test('the events of a stream are numbered, and each part comes once', async () => {
    const gateway = start(() => json(RESPONSE));
    await (await gateway.ask({ path: 'openai/responses', body })).text();
    await gateway.settled();
    const { text } = await seen(gateway.ask({ path: 'openai/responses', body: { ...body, stream: true } }));
    const events = text
      .split('\n\n')
      .filter(Boolean)
      .map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });
});

describe('gemini', () => {
  const model = 'google-ai-studio/v1beta/models/gemini-x';
  const body = { contents: [{ parts: [{ text: 'Hello?' }] }] };
  const whole = { path: `${model}:generateContent?key=test-1`, body };
  const streamed = { path: `${model}:streamGenerateContent?alt=sse&key=test-1`, body };
  const chunk = (parts: object[], rest: object = {}) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...rest }],
    modelVersion: 'gemini-x',
    responseId: 'r1',
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 },
  });
  const chunks = [
    chunk([{ text: 'Hm', thought: true }]),
    chunk([{ text: '.', thought: true }, { text: 'Hel' }]),
    chunk([{ text: 'lo.' }], { finishReason: 'STOP' }),
  ];
  const answer = chunk([{ text: 'Hm.', thought: true }, { text: 'Hello.' }], { finishReason: 'STOP' });
  const events = chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join('');

  test('a stream serves a call for a whole answer', async () => {
    const gateway = start(() => eventStream(events));
    await (await gateway.ask(streamed)).text();
    await gateway.settled();
    const { status, text } = await seen(gateway.ask(whole));
    expect(status).toBe('HIT');
    expect(JSON.parse(text)).toEqual(answer);
  });

  test('a whole answer serves a call for a stream', async () => {
    const gateway = start(() => json(answer));
    await (await gateway.ask(whole)).text();
    await gateway.settled();
    const { status, text } = await seen(gateway.ask(streamed));
    expect(status).toBe('HIT');
    expect(text).toBe(`data: ${JSON.stringify(answer)}\n\n`);
    await gateway.settled();
    expect(gateway.outcomes.at(-1)).toMatchObject({ success: true, partial: false });
  });

  test('a stream as one growing array is a form of its own', async () => {
    const array = { path: `${model}:streamGenerateContent?key=test-1`, body };
    const send = () => json(`[${chunks.map((each) => JSON.stringify(each)).join(',\r\n')}]`);
    expect(await repeats(start(send), array, streamed)).toBe(false);
    expect(await repeats(start(send), array, whole)).toBe(false);
    expect(await repeats(start(send), array)).toBe(true);
  });

  test('another model or credential is another answer', async () => {
    const send = () => json(answer);
    expect(await repeats(start(send), whole, { ...whole, path: whole.path.replace('gemini-x', 'gemini-y') })).toBe(
      false,
    );
    expect(await repeats(start(send), whole, { ...whole, path: whole.path.replace('test-1', 'test-2') })).toBe(false);
    expect(await repeats(start(send), whole, { ...streamed, path: streamed.path.replace('test-1', 'test-2') })).toBe(
      false,
    );
  });
});

test('a custom key serves either form too', async () => {
  const headers = { 'cf-aig-cache-key': 'greeting' };
  const gateway = start(() => json(completion('Hello.')));
  await (await gateway.ask({ headers })).text();
  await gateway.settled();
  const { status, text } = await seen(gateway.ask({ headers, body: { model: 'other', messages: [], stream: true } }));
  expect(status).toBe('HIT');
  expect(text).toContain('data: [DONE]');
});

type Send = (request: unknown, count: number) => UpstreamReply;

/** The official client before a gateway. It waits for the cache between two calls. */
function openai(send: Send): TestGateway & { readonly client: OpenAI } {
  const gateway = start(send);
  return {
    ...gateway,
    client: new OpenAI({ apiKey: 'sk-test-1', baseURL: `${BASE}/openai`, fetch: fetchOf(gateway), maxRetries: 0 }),
  };
}

function anthropic(send: Send): TestGateway & { readonly client: Anthropic } {
  const gateway = start(send);
  const options = { apiKey: 'sk-test-1', baseURL: `${BASE}/anthropic`, fetch: fetchOf(gateway), maxRetries: 0 };
  return { ...gateway, client: new Anthropic(options) };
}

const BASE = 'http://gateway.test/v1/acme/prod';

function fetchOf({ send, settled }: TestGateway): typeof fetch {
  return async (input, init) => {
    await settled();
    return send(new Request(input as string, init));
  };
}

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [
    { type: 'thinking', thinking: 'A greeting.', signature: 'EqQB' },
    { type: 'text', text: 'Grüße, 世界 🌍' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, cache_creation_input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 57 },
};

const MESSAGE_EVENTS = [
  {
    type: 'message_start',
    message: { ...MESSAGE, content: [], stop_reason: null, usage: { ...MESSAGE.usage, output_tokens: 1 } },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'A gree' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'ting.' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'ping' },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Grüße, ' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: '世界 🌍' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 57 } },
  { type: 'message_stop' },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_795_000_000,
  completed_at: 1_795_000_001,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-x',
  output: [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hello.', annotations: [], logprobs: [] }],
    },
  ],
  usage: { input_tokens: 5, output_tokens: 3, total_tokens: 8 },
};
