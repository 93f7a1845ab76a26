import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { openaiResponses, sse, xaiUsage } from '../index.ts';
import { follow, reply } from '../reading/__fixtures__/views.ts';
import { errorEvent, failed, functionCall, incomplete, text } from './__fixtures__/streams.ts';

const responses = openaiResponses();

testProtocol(responses, {
  framing: sse,
  fixtures: [
    {
      name: 'text',
      bytes: text,
      kinds: ['other', 'other', 'other', 'content', 'other', 'other', 'other', 'end'],
      facts: {
        model: 'gpt-x',
        finishReason: 'stop',
        usage: { inputTokens: 9, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
      },
      wholeWith: '"type":"response.completed"',
    },
    {
      name: 'a function call',
      bytes: functionCall,
      kinds: ['other', 'content', 'end'],
      facts: {
        model: 'gpt-x',
        finishReason: 'tool_calls',
        usage: { inputTokens: 50, outputTokens: 20, cacheReadTokens: 32, reasoningTokens: 8 },
      },
      wholeWith: '"type":"response.completed"',
    },
    {
      name: 'an answer that reached its limit',
      bytes: incomplete,
      kinds: ['content', 'end'],
      facts: { model: 'gpt-x', finishReason: 'length', usage: { inputTokens: 9, outputTokens: 16 } },
      wholeWith: '"type":"response.incomplete"',
    },
    {
      name: 'a response that failed',
      bytes: failed,
      kinds: ['other', 'error'],
      facts: { model: 'gpt-x', finishReason: 'error', error: { code: 'server_error', message: 'The model failed.' } },
      wholeWith: null,
    },
    {
      name: 'an error event',
      bytes: errorEvent,
      kinds: ['error'],
      facts: { error: { code: 'rate_limit_exceeded', message: 'Too many tokens.' } },
      wholeWith: null,
    },
  ],
});

test('[DONE] makes nothing whole', () => {
  const read = follow(responses, sse, 'data: {"type":"response.output_text.delta","delta":"H"}\n\ndata: [DONE]\n\n');
  expect(read.kinds).toEqual(['content', 'other']);
  expect(read.complete).toBe(false);
});

test.each([
  [{ status: 'completed', output: [] }, 'stop'],
  [{ status: 'completed', output: [{ type: 'web_search_call' }, { type: 'message' }] }, 'stop'],
  [{ status: 'completed', output: [{ type: 'custom_tool_call' }] }, 'tool_calls'],
  [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content_filter'],
  [{ status: 'incomplete', incomplete_details: { reason: 'steered' } }, 'other'],
  [{ status: 'queued' }, null],
])('a response %j stopped for %s', (body, finishReason) => {
  expect(responses.readReply(reply(body)).finishReason).toBe(finishReason);
});

test('a whole response that failed is an error', () => {
  const error = { code: 'server_error', message: 'The model failed.' };
  expect(responses.readReply(reply({ status: 'failed', error })).error).toEqual(error);
});

test('a provider can patch the usage of a response', () => {
  const usage = { input_tokens: 5, output_tokens: 2, output_tokens_details: { reasoning_tokens: 30 } };
  const facts = openaiResponses({ usage: xaiUsage }).readReply(reply({ status: 'completed', usage }));
  expect(facts.usage).toEqual({ ...UNKNOWN_USAGE, inputTokens: 5, outputTokens: 32, reasoningTokens: 30 });
});

test('an error is an event with its members at the top', () => {
  const [frame] = responses.writeError({ code: null, message: 'Broken off.' }, 'sse');
  expect(frame?.event).toBe('error');
  expect(JSON.parse(frame?.data ?? '')).toEqual({
    type: 'error',
    code: 'server_error',
    message: 'Broken off.',
    param: null,
    sequence_number: 0,
  });
});
