import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { cohereChat, cohereEmbed, cohereRerank, cohereV1Chat, ndjson, sse } from '../index.ts';
import { follow, reply, request, wireOf, withoutLast } from '../reading/__fixtures__/views.ts';
import { TEXT, TEXT_V1, TOOL_CALL } from './__fixtures__/streams.ts';

const USAGE = {
  billed_units: { input_tokens: 20, output_tokens: 15 },
  tokens: { input_tokens: 900, output_tokens: 40 },
  cached_tokens: 512,
};
const COUNTED = {
  ...UNKNOWN_USAGE,
  inputTokens: 900,
  outputTokens: 40,
  cacheReadTokens: 512,
  billed: { inputTokens: 20, outputTokens: 15 },
};
const COUNTED_TEXT = { inputTokens: 70, outputTokens: 1, billed: { inputTokens: 3, outputTokens: 1 } };

testProtocol(cohereChat, {
  framing: sse,
  fixtures: [
    {
      name: 'a plan and a tool call',
      bytes: TOOL_CALL,
      kinds: ['other', 'content', 'content', 'content', 'other', 'end'],
      facts: { usage: COUNTED, finishReason: 'tool_calls' },
      wholeWith: 'message-end',
    },
    {
      name: 'a text',
      bytes: TEXT,
      kinds: ['other', 'other', 'content', 'other', 'end'],
      facts: { usage: COUNTED_TEXT, finishReason: 'stop' },
      wholeWith: 'message-end',
    },
  ],
});

testProtocol(cohereV1Chat, {
  framing: ndjson,
  fixtures: [
    {
      name: 'a text',
      bytes: TEXT_V1,
      kinds: ['content', 'end'],
      facts: { usage: COUNTED_TEXT, finishReason: 'stop' },
      wholeWith: 'stream-end',
    },
  ],
});

test('the body names the model and whether it streams', () => {
  const facts = { model: 'command-x', stream: true };
  expect(cohereChat.readRequest(request('v2/chat', facts))).toEqual(facts);
  expect(cohereV1Chat.readRequest(request('v1/chat', { message: 'hi' }))).toEqual({ model: null, stream: false });
});

test('an answer says the same whole and streamed, and bills apart from what it counts', () => {
  const facts = { model: null, usage: COUNTED, finishReason: 'tool_calls', error: null };
  expect(cohereChat.readReply(reply({ id: 'c1', finish_reason: 'TOOL_CALL', usage: USAGE }))).toEqual(facts);
  expect(follow(cohereChat, sse, TOOL_CALL)).toEqual({
    kinds: ['other', 'content', 'content', 'content', 'other', 'end'],
    facts,
    complete: true,
  });
});

test('v1 carries the whole answer in its last line', () => {
  const meta = { billed_units: { input_tokens: 3, output_tokens: 1 }, tokens: { input_tokens: 70, output_tokens: 1 } };
  const facts = cohereV1Chat.readReply(reply({ text: 'Hi', finish_reason: 'COMPLETE', meta }));
  expect(facts).toMatchObject({ finishReason: 'stop', usage: { inputTokens: 70, billed: { inputTokens: 3 } } });
  expect(follow(cohereV1Chat, ndjson, TEXT_V1)).toEqual({ kinds: ['content', 'end'], facts, complete: true });
  expect(cohereV1Chat.framing('application/stream+json')?.name).toBe('ndjson');
});

test('a stream without message-end is cut', () => {
  expect(follow(cohereChat, sse, TEXT)).toMatchObject({ complete: true, facts: { finishReason: 'stop' } });
  expect(follow(cohereChat, sse, withoutLast(TEXT))).toMatchObject({ complete: false, facts: { usage: null } });
});

test.each([
  ['COMPLETE', 'stop'],
  ['STOP_SEQUENCE', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['TOOL_CALL', 'tool_calls'],
  ['ERROR_TOXIC', 'content_filter'],
  ['ERROR', 'error'],
  ['TIMEOUT', 'error'],
])('finish_reason %s is %s', (finish_reason, finishReason) => {
  expect(cohereChat.readReply(reply({ finish_reason })).finishReason).toBe(finishReason);
});

test('an answer that ended with an error failed, whole and streamed', () => {
  expect(cohereChat.readReply(reply({ finish_reason: 'TIMEOUT' })).error).toMatchObject({
    code: 'TIMEOUT',
    status: 504,
  });
  const end = { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'The model broke.' } };
  const { kinds, facts, complete } = follow(cohereChat, sse, `event: message-end\ndata: ${JSON.stringify(end)}\n\n`);
  expect(kinds).toEqual(['error']);
  expect(facts.error).toEqual({ code: 'ERROR', message: 'The model broke.', status: 500 });
  expect(complete).toBe(false);
});

test('an error body in place of an event is an error', () => {
  expect(follow(cohereChat, sse, 'data: {"message":"internal server error"}\n\n').kinds).toEqual(['error']);
  expect(follow(cohereV1Chat, ndjson, '{"message":"internal server error"}\n').kinds).toEqual(['error']);
});

test('a failed answer has a message', () => {
  const error = { code: null, message: 'invalid api token', status: 401 };
  expect(cohereChat.readReply(reply({ message: 'invalid api token' }, { status: 401 })).error).toEqual(error);
});

test('an error is told as the end of a broken answer, and read back as an error', () => {
  const error = { code: 'upstream_interrupted', message: 'cut', status: 502 };
  const told = follow(cohereChat, sse, wireOf(sse, cohereChat.writeError(error, 'sse')));
  expect(told.facts.error).toEqual({ code: 'ERROR', message: 'cut', status: 500 });
  const stalled = follow(cohereChat, sse, wireOf(sse, cohereChat.writeError({ ...error, status: 504 }, 'sse')));
  expect(stalled.facts.error).toMatchObject({ code: 'TIMEOUT', message: 'cut' });
  const v1 = follow(cohereV1Chat, ndjson, wireOf(ndjson, cohereV1Chat.writeError(error, 'ndjson')));
  expect(v1.facts.error).toMatchObject({ code: 'ERROR', message: 'cut' });
});

test('embed bills tokens and pictures, rerank bills searches', () => {
  const embed = { embeddings: { float: [[0.1]] }, meta: { billed_units: { input_tokens: 6, images: 2 } } };
  expect(cohereEmbed.readReply(reply(embed)).usage).toEqual({ ...UNKNOWN_USAGE, inputTokens: 6, units: { images: 2 } });
  const rerank = { results: [], meta: { billed_units: { search_units: 1 } } };
  expect(cohereRerank.readReply(reply(rerank)).usage).toEqual({ ...UNKNOWN_USAGE, units: { searches: 1 } });
  expect(cohereRerank.readReply(reply({ results: [] })).usage).toBeNull();
});
