import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { sse, workersAi, workersAiRun } from '../index.ts';
import { follow, reply, request, wireOf, withoutLast } from '../reading/__fixtures__/views.ts';
import { CAPACITY_ERROR, CHAT_STREAM, NATIVE_ANSWER, NATIVE_STREAM } from './__fixtures__/answers.ts';

const COUNTED = { ...UNKNOWN_USAGE, inputTokens: 9, outputTokens: 2 };

function envelope(result: unknown): unknown {
  return { result, success: true, errors: [], messages: [] };
}

testProtocol(workersAi, {
  framing: sse,
  fixtures: [
    {
      name: 'native chunks',
      bytes: NATIVE_STREAM,
      kinds: ['content', 'content', 'other', 'end'],
      facts: { usage: COUNTED, finishReason: 'stop' },
      wholeWith: 'usage',
    },
    {
      name: 'Chat chunks',
      bytes: CHAT_STREAM,
      kinds: ['other', 'content', 'content', 'other', 'other', 'end'],
      facts: { model: '@cf/m', usage: { ...COUNTED, cacheReadTokens: 4 }, finishReason: 'tool_calls' },
      wholeWith: '"finish_reason":"tool_calls"',
    },
  ],
});

test.each([
  ['run/@cf/author/model-x', '@cf/author/model-x'],
  ['@cf/author/model-x', '@cf/author/model-x'],
  ['ai/run/%40hf/author/model-x', '@hf/author/model-x'],
  ['run/model-x', 'model-x'],
])('%s asks for %s', (path, model) => {
  expect(workersAi.readRequest(request(path, { stream: true }))).toEqual({ model, stream: true });
});

test('an answer says the same whole and streamed', () => {
  const facts = { model: null, usage: COUNTED, finishReason: 'stop', error: null };
  expect(workersAi.readReply(reply(NATIVE_ANSWER))).toEqual(facts);
  expect(follow(workersAi, sse, NATIVE_STREAM)).toEqual({
    kinds: ['content', 'content', 'other', 'end'],
    facts,
    complete: true,
  });
});

test.each([
  [
    'a Chat completion',
    { choices: [{ finish_reason: 'length' }], usage: { prompt_tokens: 9, completion_tokens: 2 } },
    'length',
  ],
  [
    'a Responses object',
    { object: 'response', status: 'completed', output: [], usage: { input_tokens: 9, output_tokens: 2 } },
    'stop',
  ],
  [
    'a tool call',
    { response: null, tool_calls: [{ name: 'f' }], usage: { prompt_tokens: 9, completion_tokens: 2 } },
    'tool_calls',
  ],
])('a result may be %s', (_, result, finishReason) => {
  expect(workersAi.readReply(reply(envelope(result)))).toMatchObject({ usage: COUNTED, finishReason });
});

test('a native stream is whole once its usage or [DONE] was seen', () => {
  expect(follow(workersAi, sse, withoutLast(NATIVE_STREAM)).complete).toBe(true);
  expect(follow(workersAi, sse, withoutLast(NATIVE_STREAM, 2))).toMatchObject({
    complete: false,
    facts: { usage: null, finishReason: null },
  });
});

test('whole tool calls in native chunks decide the finish reason, and numbers are text', () => {
  const wire =
    'data: {"response":7}\n\ndata: {"response":"","tool_calls":[{"name":"f","arguments":{}}]}\n\ndata: [DONE]\n\n';
  expect(follow(workersAi, sse, wire)).toMatchObject({
    kinds: ['content', 'content', 'end'],
    facts: { finishReason: 'tool_calls', usage: null },
  });
});

test('an error has its number, as an answer, with a good status and inside a stream', () => {
  const error = { code: '3040', message: 'Capacity temporarily exceeded, please try again.', status: 429 };
  expect(workersAi.readReply(reply(CAPACITY_ERROR, { status: 429 })).error).toEqual(error);
  expect(workersAi.readReply(reply(CAPACITY_ERROR)).error).toEqual(error);
  const streamed = follow(workersAi, sse, `data: ${CAPACITY_ERROR}\n\ndata: [DONE]\n\n`);
  expect(streamed).toMatchObject({ kinds: ['error', 'end'], facts: { error, finishReason: null }, complete: false });
});

test.each([
  [502, '3008'],
  [504, '3007'],
  [503, '3040'],
])('an error of status %i is told as %s', (status, code) => {
  const told = workersAi.writeError({ code: 'upstream_interrupted', message: 'cut', status }, 'sse');
  const { kinds, facts } = follow(workersAi, sse, wireOf(sse, told));
  expect(kinds).toEqual(['error']);
  expect(facts.error).toMatchObject({ code, message: 'cut' });
});

test('vectors, pictures and transcripts have the units that they state', () => {
  expect(workersAiRun.readReply(reply(envelope({ shape: [1, 2], data: [[0.1, 0.2]] }))).usage).toBeNull();
  const transcript = envelope({ text: 'Hi', word_count: 1, transcription_info: { duration: 2.5 } });
  expect(workersAiRun.readReply(reply(transcript))).toMatchObject({
    usage: { units: { seconds: 2.5 } },
    finishReason: null,
  });
  expect(workersAiRun.readReply(reply(envelope({ image: 'iVBO' }))).usage?.units).toEqual({ images: 1 });
  expect(workersAiRun.readReply(reply('PNG', { headers: { 'content-type': 'image/png' } })).usage?.units).toEqual({
    images: 1,
  });
});
