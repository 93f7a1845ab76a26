import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { awsEventStream, bedrockInvoke, bedrockInvokeEmbeddings, bedrockInvokeImages } from '../index.ts';
import { follow, reply, request, wireOf } from '../reading/__fixtures__/views.ts';
import { CLAUDE, COHERE, chunk, LLAMA, MISTRAL, NOVA, TITAN } from './__fixtures__/chunks.ts';

const COUNTED = { ...UNKNOWN_USAGE, inputTokens: 12, outputTokens: 9 };
const HEADERS = { 'x-amzn-bedrock-input-token-count': '12', 'x-amzn-bedrock-output-token-count': '9' };

testProtocol(bedrockInvoke, {
  framing: awsEventStream,
  fixtures: [
    {
      name: 'Messages events of a Claude model',
      bytes: wireOf(awsEventStream, CLAUDE),
      kinds: ['other', 'other', 'content', 'other', 'other', 'end'],
      facts: { model: 'claude-x', finishReason: 'stop', usage: COUNTED },
      wholeWith: CLAUDE[4]?.data ?? '',
    },
    {
      name: 'chunks of a Mistral model',
      bytes: wireOf(awsEventStream, MISTRAL),
      kinds: ['content', 'end'],
      facts: { finishReason: 'stop', usage: COUNTED },
      wholeWith: MISTRAL[1]?.data ?? '',
    },
  ],
});

test('the path names the model and whether it streams', () => {
  const path = 'model/meta.llama-x-v1%3A0/invoke';
  expect(bedrockInvoke.readRequest(request(path))).toEqual({ model: 'meta.llama-x-v1:0', stream: false });
  expect(bedrockInvoke.readRequest(request(`${path}-with-response-stream`)).stream).toBe(true);
});

test.each([
  [
    'Claude',
    { type: 'message', model: 'claude-x', stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 9 } },
  ],
  ['Nova', { output: { message: {} }, stopReason: 'end_turn', usage: { inputTokens: 12, outputTokens: 9 } }],
  ['Titan', { inputTextTokenCount: 12, results: [{ tokenCount: 9, outputText: 'Hi', completionReason: 'FINISH' }] }],
  ['Llama', { generation: 'Hi', prompt_token_count: 12, generation_token_count: 9, stop_reason: 'stop' }],
  ['gpt-oss', { choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 12, completion_tokens: 9 } }],
])('%s counts its own answer', (_, body) => {
  expect(bedrockInvoke.readReply(reply(body))).toMatchObject({ usage: COUNTED, finishReason: 'stop' });
});

test.each([
  ['Mistral', { outputs: [{ text: 'Hi', stop_reason: 'length' }] }, 'length'],
  ['Mistral chat', { choices: [{ index: 0, message: {}, stop_reason: 'tool_calls' }] }, 'tool_calls'],
  ['Cohere', { generations: [{ text: 'Hi', finish_reason: 'MAX_TOKENS' }] }, 'length'],
  ['Cohere chat', { text: 'Hi', finish_reason: 'COMPLETE' }, 'stop'],
  ['Titan', { results: [{ outputText: '', completionReason: 'CONTENT_FILTERED' }] }, 'content_filter'],
])('%s is counted by headers where it is silent', (_, body, finishReason) => {
  expect(bedrockInvoke.readReply(reply(body, { headers: HEADERS }))).toMatchObject({ usage: COUNTED, finishReason });
});

test('headers leave the prompt cache out of the input', () => {
  const headers = {
    ...HEADERS,
    'x-amzn-bedrock-cache-read-input-token-count': '900',
    'x-amzn-bedrock-cache-write-input-token-count': '100',
  };
  expect(bedrockInvoke.readReply(reply({}, { headers })).usage).toEqual({
    ...COUNTED,
    inputTokens: 1012,
    cacheReadTokens: 900,
    cacheWriteTokens: 100,
  });
  expect(bedrockInvoke.readReply(reply({})).usage).toBeNull();
});

test.each([
  ['Claude', CLAUDE],
  ['Nova', NOVA],
  ['Titan', TITAN],
  ['Llama', LLAMA],
  ['Mistral', MISTRAL],
  ['Cohere', COHERE],
])("%s's stream has content, its counts and an end", (_, frames) => {
  const { kinds, facts, complete } = follow(bedrockInvoke, awsEventStream, wireOf(awsEventStream, frames));
  expect(facts).toMatchObject({ usage: COUNTED, finishReason: 'stop', error: null });
  expect(complete).toBe(true);
  expect(kinds).toContain('content');
  expect(kinds.at(-1)).toBe('end');
  const cut = follow(bedrockInvoke, awsEventStream, wireOf(awsEventStream, frames.slice(0, 1)));
  expect(cut.complete).toBe(false);
});

test('a chunk that is not base64 of a JSON object is malformed', () => {
  for (const data of ['{"bytes":"%%%"}', JSON.stringify({ bytes: btoa('Hi') }), 'Hi']) {
    const wire = wireOf(awsEventStream, [{ event: 'chunk', data }]);
    expect(follow(bedrockInvoke, awsEventStream, wire).kinds).toEqual(['malformed']);
  }
});

test('an error of the model and an exception of the service end a stream as failed', () => {
  const inner = chunk({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
  const exception = { event: 'modelTimeoutException', messageType: 'exception', data: '{"message":"Too slow"}' };
  for (const frame of [inner, exception]) {
    const { kinds, complete } = follow(
      bedrockInvoke,
      awsEventStream,
      wireOf(awsEventStream, [...CLAUDE.slice(0, 3), frame]),
    );
    expect(kinds.at(-1)).toBe('error');
    expect(complete).toBe(false);
  }
});

test('vectors and pictures are counted', () => {
  expect(bedrockInvokeEmbeddings.readReply(reply({ embedding: [0.1], inputTextTokenCount: 7 })).usage).toEqual({
    ...UNKNOWN_USAGE,
    inputTokens: 7,
  });
  const headers = { 'x-amzn-bedrock-input-token-count': '7' };
  expect(bedrockInvokeEmbeddings.readReply(reply({ embeddings: [[0.1]] }, { headers })).usage?.inputTokens).toBe(7);
  expect(bedrockInvokeImages.readReply(reply({ images: ['iVBO', 'iVBO'] })).usage?.units).toEqual({ images: 2 });
});
