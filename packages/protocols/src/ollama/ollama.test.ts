import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { ndjson, ollamaChat, ollamaEmbed, ollamaGenerate } from '../index.ts';
import { follow, reply, request, wireOf } from '../reading/__fixtures__/views.ts';
import { TOOL_CALL } from './__fixtures__/streams.ts';

const LAST = { model: 'm', done: true, done_reason: 'stop', prompt_eval_count: 26, eval_count: 29 };
const COUNTED = { ...UNKNOWN_USAGE, inputTokens: 26, outputTokens: 29 };

testProtocol(ollamaChat, {
  framing: ndjson,
  fixtures: [
    {
      name: 'thinking and a tool call, although the last line says stop',
      bytes: TOOL_CALL,
      kinds: ['content', 'content', 'end'],
      facts: { model: 'm', usage: COUNTED, finishReason: 'tool_calls' },
      wholeWith: '"done":true',
    },
  ],
});

test('Ollama streams unless it is told not to, and never its embeddings', () => {
  expect(ollamaChat.readRequest(request('api/chat', { model: 'm' }))).toEqual({ model: 'm', stream: true });
  expect(ollamaChat.readRequest(request('api/chat', { model: 'm', stream: false })).stream).toBe(false);
  expect(ollamaEmbed.readRequest(request('api/embed', { model: 'm' }))).toEqual({ model: 'm', stream: false });
});

test('only NDJSON is a stream', () => {
  expect(ollamaChat.framing('application/x-ndjson')?.name).toBe('ndjson');
  expect(ollamaChat.framing('application/json; charset=utf-8')).toBeUndefined();
});

test('a whole answer says what its stream would have said', () => {
  const tool_calls = [{ function: { name: 'weather', arguments: {} } }];
  const body = { ...LAST, message: { role: 'assistant', content: '', tool_calls } };
  expect(ollamaChat.readReply(reply(body))).toEqual(follow(ollamaChat, ndjson, TOOL_CALL).facts);
});

test('generate streams its text beside no message', () => {
  const wire = `{"model":"m","response":"Hi","done":false}\n${JSON.stringify(LAST)}`;
  expect(follow(ollamaGenerate, ndjson, wire)).toMatchObject({
    kinds: ['content', 'end'],
    facts: { usage: COUNTED, finishReason: 'stop' },
    complete: true,
  });
});

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['load', 'stop'],
  ['unload', 'stop'],
  [undefined, 'stop'],
])('done_reason %s is %s', (done_reason, finishReason) => {
  expect(ollamaChat.readReply(reply({ ...LAST, done_reason })).finishReason).toBe(finishReason);
});

test('a prompt count that is left out is unknown', () => {
  const { prompt_eval_count: _, ...last } = LAST;
  expect(ollamaChat.readReply(reply(last)).usage).toEqual({ ...COUNTED, inputTokens: null });
  expect(ollamaChat.readReply(reply({ model: 'm', done: true, done_reason: 'load' })).usage).toBeNull();
});

test('an error line ends a stream as failed, and a cut one is not whole', () => {
  const begun = TOOL_CALL.slice(0, TOOL_CALL.indexOf('\n') + 1);
  expect(follow(ollamaChat, ndjson, begun).complete).toBe(false);
  const told = ollamaChat.writeError({ code: 'upstream_interrupted', message: 'cut', status: 502 }, 'ndjson');
  const { facts, complete } = follow(
    ollamaChat,
    ndjson,
    new Uint8Array([...new TextEncoder().encode(begun), ...wireOf(ndjson, told)]),
  );
  expect(facts.error).toEqual({ code: null, message: 'cut' });
  expect(complete).toBe(false);
});

test('a failed answer has a message', () => {
  const body = { error: 'model "x" not found' };
  expect(ollamaChat.readReply(reply(body, { status: 404 })).error).toEqual({
    code: null,
    message: body.error,
    status: 404,
  });
});

test('embeddings are input alone', () => {
  const body = { model: 'm', embeddings: [[0.1]], prompt_eval_count: 8 };
  expect(ollamaEmbed.readReply(reply(body))).toMatchObject({ model: 'm', usage: { ...UNKNOWN_USAGE, inputTokens: 8 } });
});
