import { type FrameKind, type ReplyFacts, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { anthropicCountTokens, anthropicMessages, sse } from '../index.ts';
import { follow, reply, request, wireOf, withoutLast } from '../reading/__fixtures__/views.ts';
import { OVERLOADED, TOOL_CALL } from './__fixtures__/streams.ts';

const MESSAGE = {
  type: 'message',
  model: 'claude-x',
  stop_reason: 'tool_use',
  usage: {
    input_tokens: 12,
    cache_creation_input_tokens: 100,
    cache_read_input_tokens: 900,
    cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 0 },
    output_tokens: 57,
    output_tokens_details: { thinking_tokens: 20 },
  },
};
const START: FrameKind = 'other';
const THINKING: readonly FrameKind[] = ['other', 'content', 'content', 'other'];
const TEXT: readonly FrameKind[] = ['other', 'content', 'other'];
const TOOL: readonly FrameKind[] = ['content', 'content', 'content', 'other'];
const FACTS: ReplyFacts & { usage: Usage } = {
  model: 'claude-x',
  finishReason: 'tool_calls',
  error: null,
  usage: {
    ...UNKNOWN_USAGE,
    inputTokens: 1012,
    outputTokens: 57,
    cacheReadTokens: 900,
    cacheWriteTokens: 100,
    cacheWrite1hTokens: 0,
    reasoningTokens: 20,
  },
};

testProtocol(anthropicMessages, {
  framing: sse,
  fixtures: [
    {
      name: 'thinking, text and a tool call',
      bytes: TOOL_CALL,
      kinds: [START, THINKING, 'other', TEXT, TOOL, 'other', 'end'].flat() as FrameKind[],
      facts: FACTS,
      wholeWith: '"stop_reason":"tool_use"',
    },
    {
      name: 'an error after the answer had begun',
      bytes: OVERLOADED,
      kinds: ['other', 'other', 'content', 'error'],
      facts: {
        model: 'claude-x',
        usage: { inputTokens: 12, outputTokens: 1 },
        error: { code: 'overloaded_error', message: 'Overloaded', status: 529 },
      },
      wholeWith: null,
    },
  ],
});

test.each([
  ['v1/messages', { model: 'claude-x', stream: true }, { model: 'claude-x', stream: true }],
  ['v1/messages', { model: 'claude-x' }, { model: 'claude-x', stream: false }],
  ['v1/messages', undefined, { model: null, stream: false }],
  [
    'v1/projects/p/locations/global/publishers/anthropic/models/claude-x%4020260101:streamRawPredict',
    { anthropic_version: 'vertex-2023-10-16' },
    { model: 'claude-x@20260101', stream: true },
  ],
  [
    'v1/projects/p/locations/global/publishers/anthropic/models/claude-x:rawPredict',
    {},
    { model: 'claude-x', stream: false },
  ],
])('a request to %s with %o asks for %o', (path, body, facts) => {
  expect(anthropicMessages.readRequest(request(path, body))).toEqual(facts);
});

test('a message says the same whole and streamed', () => {
  expect(anthropicMessages.readReply(reply(MESSAGE))).toEqual(FACTS);
  expect(follow(anthropicMessages, sse, TOOL_CALL)).toMatchObject({ facts: FACTS, complete: true });
});

test('counts that an event leaves out keep their last value, and searches are counted', () => {
  const stream = wireOf(sse, [
    {
      event: 'message_start',
      data: JSON.stringify({
        type: 'message_start',
        message: { model: 'claude-x', usage: { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1 } },
      }),
    },
    {
      event: 'message_delta',
      data: JSON.stringify({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn' },
        usage: { cache_read_input_tokens: null, output_tokens: 9, server_tool_use: { web_search_requests: 2 } },
      }),
    },
  ]);
  expect(follow(anthropicMessages, sse, stream).facts.usage).toEqual({
    ...UNKNOWN_USAGE,
    inputTokens: 12,
    cacheReadTokens: 7,
    outputTokens: 9,
    units: { searches: 2 },
  });
});

test.each([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
  ['compaction', 'other'],
])('stop_reason %s is %s', (stop_reason, finishReason) => {
  expect(anthropicMessages.readReply(reply({ ...MESSAGE, stop_reason }))).toMatchObject({ finishReason });
});

test('an answer without usage leaves it unknown', () => {
  expect(anthropicMessages.readReply(reply({ type: 'message', model: 'claude-x', usage: {} })).usage).toBeNull();
});

test('a stream that was cut after its stop reason is whole, before it is not', () => {
  expect(follow(anthropicMessages, sse, withoutLast(TOOL_CALL)).complete).toBe(true);
  const cut = follow(anthropicMessages, sse, withoutLast(TOOL_CALL, 2));
  expect(cut.complete).toBe(false);
  expect(cut.facts.usage).toMatchObject({ inputTokens: 1012, outputTokens: 1 });
});

test('a failed answer names its type and message', () => {
  const body = { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' }, request_id: 'req_1' };
  expect(anthropicMessages.readReply(reply(body, { status: 429 })).error).toEqual({
    code: 'rate_limit_error',
    message: 'Slow down.',
    status: 429,
  });
  expect(anthropicMessages.readReply(reply(body)).error).toMatchObject({ status: 429 });
});

test.each([
  [{ code: 'upstream_interrupted', message: 'cut', status: 502 }, 'api_error'],
  [{ code: 'upstream_stalled', message: 'cut', status: 504 }, 'timeout_error'],
  [{ code: 'rate_limit_error', message: 'cut', status: 502 }, 'rate_limit_error'],
  [{ code: null, message: 'cut', status: 503 }, 'overloaded_error'],
  [{ code: null, message: 'cut' }, 'api_error'],
])('%o is told as %s', (error, type) => {
  const told = anthropicMessages.writeError(error, 'sse');
  expect(told).toEqual([{ event: 'error', data: JSON.stringify({ type: 'error', error: { type, message: 'cut' } }) }]);
});

test('counting tokens costs nothing', () => {
  expect(anthropicCountTokens.readRequest(request('v1/messages/count_tokens', { model: 'claude-x' }))).toEqual({
    model: 'claude-x',
    stream: false,
  });
  expect(anthropicCountTokens.readReply(reply({ input_tokens: 14 })).usage).toBeNull();
});
