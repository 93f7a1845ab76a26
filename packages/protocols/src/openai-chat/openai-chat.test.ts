import { UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { describe, expect, test } from 'vitest';
import { deepinfraUsage, openaiChat, openaiCompletions, sse, xaiUsage } from '../index.ts';
import { follow, reply, request } from '../reading/__fixtures__/views.ts';
import { noise, openrouterError, toolCalls, twoChoices, vllmError } from './__fixtures__/streams.ts';

const chat = openaiChat();

testProtocol(chat, {
  framing: sse,
  fixtures: [
    {
      name: 'parallel tool calls with usage in a chunk of its own',
      bytes: toolCalls,
      kinds: ['other', 'content', 'content', 'content', 'other', 'other', 'end'],
      facts: {
        model: 'gpt-x-2026-01-01',
        finishReason: 'tool_calls',
        usage: {
          inputTokens: 80,
          outputTokens: 31,
          cacheReadTokens: 64,
          cacheWriteTokens: 0,
          reasoningTokens: 12,
          inputAudioTokens: 0,
          outputAudioTokens: 0,
        },
      },
      wholeWith: '"finish_reason":"tool_calls"',
    },
    {
      name: 'vendor noise, with CR LF line ends',
      bytes: noise.replaceAll('\n', '\r\n'),
      kinds: ['other', 'content', 'other'],
      facts: { model: 'llama-x', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 1 } },
      wholeWith: '"finish_reason":"stop"',
    },
    {
      name: 'an error of OpenRouter in the middle',
      bytes: openrouterError,
      kinds: ['content', 'error'],
      facts: {
        model: 'a/b',
        finishReason: 'error',
        error: { code: '502', message: 'upstream failed', status: 502 },
      },
      wholeWith: null,
    },
    {
      name: 'an error of vLLM and [DONE] behind it',
      bytes: vllmError,
      kinds: ['content', 'error', 'end'],
      facts: { model: 'm', error: { code: '500', message: 'EngineCore died', status: 500 } },
      wholeWith: null,
    },
    {
      name: 'two choices that finish one after the other',
      bytes: twoChoices,
      kinds: ['content', 'content', 'other', 'other'],
      facts: { model: 'm', finishReason: 'length' },
      wholeWith: '"finish_reason":"length"',
    },
  ],
});

describe('what kind a chunk is', () => {
  const delta = (value: unknown) => JSON.stringify({ choices: [{ index: 0, delta: value }] });
  test.each([
    ['text', 'content', delta({ content: 'a' })],
    ['Mistral parts', 'content', delta({ content: [{ type: 'text', text: 'a' }] })],
    ['reasoning', 'content', delta({ reasoning_content: 'a' })],
    ['reasoning in its other spelling', 'content', delta({ reasoning: 'a' })],
    ['a refusal', 'content', delta({ refusal: 'No.' })],
    ['a whole message', 'content', JSON.stringify({ choices: [{ index: 0, message: { content: 'a' } }] })],
    ['a role', 'other', delta({ role: 'assistant', content: '' })],
    ['the id of Groq', 'other', JSON.stringify({ x_groq: { id: 'req_1' }, choices: [] })],
    ['an error of Groq', 'error', JSON.stringify({ x_groq: { error: 'model overloaded' }, choices: [] })],
    ['an error of Cerebras', 'error', JSON.stringify({ error: { message: 'queue is full' }, status_code: 429 })],
    ['an error of MiniMax', 'error', JSON.stringify({ base_resp: { status_code: 1002, status_msg: 'rate limit' } })],
    ['an error of older vLLM', 'error', JSON.stringify({ object: 'error', message: 'boom', code: 500 })],
    ['an error inside a choice', 'error', JSON.stringify({ choices: [{ error: { message: 'boom' } }] })],
    ['the end of a broken answer', 'error', JSON.stringify({ choices: [{ finish_reason: 'network_error' }] })],
    ['an array', 'malformed', '[]'],
    ['half an object', 'malformed', '{"choices":'],
    ['a number', 'malformed', '1'],
  ])('%s is %s', (_, kind, data) => {
    const read = follow(chat, sse, `data: ${data}\n\n`);
    expect(read.kinds).toEqual([kind]);
    expect(read.complete).toBe(false);
    expect(read.facts.error === null).toBe(kind !== 'error');
  });
});

describe('usage', () => {
  const read = (usage: unknown, rest: object = {}): Usage | null =>
    chat.readReply(reply({ choices: [], usage, ...rest })).usage;
  const both = { prompt_tokens: 100, completion_tokens: 20 };
  const known = { ...UNKNOWN_USAGE, inputTokens: 100, outputTokens: 20 };

  test.each<[string, object, Partial<Usage>]>([
    [
      'OpenAI',
      { prompt_tokens_details: { cached_tokens: 64, image_tokens: 8 } },
      { cacheReadTokens: 64, inputImageTokens: 8 },
    ],
    ['DeepSeek', { prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }, { cacheReadTokens: 64 }],
    ['Moonshot', { cached_tokens: 64 }, { cacheReadTokens: 64 }],
    ['Mistral', { num_cached_tokens: 64 }, { cacheReadTokens: 64 }],
    ['older Mistral', { prompt_token_details: { cached_tokens: 64 } }, { cacheReadTokens: 64 }],
    ['DashScope', { prompt_tokens_details: { cache_creation_input_tokens: 7 } }, { cacheWriteTokens: 7 }],
    ['OpenRouter', { cost: 0.0012, cost_details: {} }, { reportedCost: 0.0012 }],
    [
      'Perplexity',
      { num_search_queries: 2, reasoning_tokens: 5, cost: { total_cost: 0.01 } },
      { reasoningTokens: 5, units: { searches: 2 }, reportedCost: 0.01 },
    ],
    ['DeepInfra', { estimated_cost: 0.0003 }, { reportedCost: 0.0003 }],
    ['xAI', { cost_in_usd_ticks: 37_756_000 }, { reportedCost: 0.0037756 }],
    ['Groq', { queue_time: 0.1, total_time: 0.2 }, {}],
  ])('%s', (_, extra, expected) => {
    expect(read({ ...both, ...extra })).toEqual({ ...known, ...expected });
  });

  test('llama.cpp says only in its timings what it did not read again', () => {
    expect(read(both, { timings: { cache_n: 90 } })).toEqual({ ...known, cacheReadTokens: 90 });
  });

  test('Moonshot puts it into the choice', () => {
    const data = JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: both }] });
    expect(follow(chat, sse, `data: ${data}\n\n`).facts.usage).toEqual(known);
  });

  test.each([[null], [undefined], [{}], [{ prompt_tokens: null }], [{ prompt_tokens: -1 }], [{ prompt_tokens: '3' }]])(
    '%j states nothing',
    (usage) => {
      expect(read(usage)).toBeNull();
    },
  );

  test('what is said last stands', () => {
    const chunk = (n: number) =>
      `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 5, completion_tokens: n } })}\n\n`;
    const read = follow(chat, sse, `${chunk(1)}${chunk(2)}data: {"choices":[],"usage":null}\n\n`);
    expect(read.facts.usage).toEqual({ ...UNKNOWN_USAGE, inputTokens: 5, outputTokens: 2 });
  });

  test('xAI counts reasoning beside the completion, and cached tokens beside the prompt', () => {
    const usage = {
      ...both,
      prompt_tokens_details: { cached_tokens: 150 },
      completion_tokens_details: { reasoning_tokens: 7 },
    };
    const facts = openaiChat({ usage: xaiUsage }).readReply(reply({ choices: [], usage }));
    expect(facts.usage).toMatchObject({ inputTokens: 250, outputTokens: 27, cacheReadTokens: 150, reasoningTokens: 7 });
  });

  test('DeepInfra counts reasoning beside the completion when it is the larger number', () => {
    const facts = (reasoning_tokens: number) =>
      openaiChat({ usage: deepinfraUsage }).readReply(
        reply({ choices: [], usage: { ...both, completion_tokens_details: { reasoning_tokens } } }),
      );
    expect(facts(50).usage?.outputTokens).toBe(70);
    expect(facts(5).usage?.outputTokens).toBe(20);
  });
});

describe('a stream that closes without [DONE]', () => {
  const finished = (...indexes: readonly number[]) =>
    indexes
      .map((index) => `data: ${JSON.stringify({ choices: [{ index, delta: {}, finish_reason: 'stop' }] })}\n\n`)
      .join('');

  test.each<[string, unknown, string, boolean]>([
    ['the only choice finished', {}, finished(0), true],
    ['one of two choices finished and the other never began', { n: 2 }, finished(0), false],
    ['both of two choices finished', { n: 2 }, finished(0, 1), true],
    ['one choice finished twice and the other never began', { n: 2 }, finished(0, 0), false],
    ['the vendor took no notice of n and said [DONE]', { n: 2 }, `${finished(0)}data: [DONE]\n\n`, true],
    ['n is null', { n: null }, finished(0), true],
    ['n makes no sense', { n: '2' }, finished(0), true],
  ])('%s', (_, body, stream, complete) => {
    expect(follow(chat, sse, stream, request('chat/completions', body)).complete).toBe(complete);
  });

  test.each<[string, unknown, number]>([
    ['two prompts', ['a', 'b'], 2],
    ['a prompt in tokens', [1, 2, 3], 1],
    ['two prompts in tokens', [[1], [2, 3]], 2],
    ['an empty list', [], 1],
  ])('text completions have a choice for each of %s', (_, prompt, choices) => {
    const whole = finished(...Array.from({ length: choices }, (__, index) => index));
    const text = openaiCompletions();
    expect(follow(text, sse, whole, request('completions', { prompt })).complete).toBe(true);
    expect(follow(text, sse, whole, request('completions', { prompt, n: 2 })).complete).toBe(false);
  });
});

describe('a whole answer', () => {
  test('tells model, usage and finish reason', () => {
    const body = {
      model: 'm',
      choices: [{ finish_reason: 'function_call' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    expect(chat.readReply(reply(body))).toEqual({
      model: 'm',
      finishReason: 'tool_calls',
      usage: { ...UNKNOWN_USAGE, inputTokens: 1, outputTokens: 2 },
      error: null,
    });
  });

  test.each([
    [
      400,
      { error: { message: 'Bad key', type: 'invalid_request_error', code: 'invalid_api_key' } },
      'invalid_api_key',
      'Bad key',
    ],
    [429, { error: { message: 'Slow down', type: 'requests', code: null } }, 'requests', 'Slow down'],
    [
      422,
      { object: 'error', message: { detail: [{ msg: 'field required' }] }, type: 'invalid' },
      'invalid',
      'field required',
    ],
    [
      400,
      { code: 'Client specified an invalid argument', error: 'Incorrect API key' },
      'Client specified an invalid argument',
      'Incorrect API key',
    ],
    [502, '<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>', null, 'Bad Gateway'],
    [500, '', null, 'The provider answered 500 without a message.'],
  ])('with status %i and %j is an error', (status, body, code, message) => {
    expect(chat.readReply(reply(body, { status })).error).toEqual({ code, message, status });
  });

  test('may be an error though its status is good', () => {
    expect(chat.readReply(reply({ error: 'Unexpected endpoint' })).error?.message).toBe('Unexpected endpoint');
    expect(chat.readReply(reply({ choices: [{ error: { code: 502, message: 'no' } }] })).error).toMatchObject({
      code: '502',
    });
  });

  test('may have blank lines before it', () => {
    expect(chat.readReply(reply('\n\n\n{"model":"deepseek-x","choices":[]}')).model).toBe('deepseek-x');
  });
});

test('a request states its model and whether it streams', () => {
  expect(chat.readRequest(request('chat/completions', { model: 'm', stream: true }))).toEqual({
    model: 'm',
    stream: true,
  });
  expect(chat.readRequest(request('chat/completions', { stream: 'yes' }))).toEqual({ model: null, stream: false });
  expect(chat.readRequest(request('chat/completions'))).toEqual({ model: null, stream: false });
});

test('only server-sent events are a stream', () => {
  expect(chat.framing('text/event-stream; charset=utf-8')).toBe(sse);
  expect(chat.framing('application/json')).toBeUndefined();
});

test('an error has the members that the official clients read', () => {
  const [frame] = chat.writeError({ code: 'upstream_stalled', message: 'No byte for 60 s.', status: 504 }, 'sse');
  expect(frame).toEqual({
    data: '{"error":{"message":"No byte for 60 s.","type":"server_error","param":null,"code":"upstream_stalled"}}',
  });
});
