import { type ReplyFacts, UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import {
  gemini,
  geminiCountTokens,
  geminiEmbeddings,
  geminiStream,
  imagen,
  jsonArray,
  sse,
  vertexEmbeddings,
} from '../index.ts';
import { follow, reply, request, withoutLast } from '../reading/__fixtures__/views.ts';
import { BLOCKED_PROMPT, QUOTA_ERROR, TOOL_CALLS_ARRAY, TOOL_CALLS_SSE } from './__fixtures__/streams.ts';

const FACTS: ReplyFacts & { usage: Usage } = {
  model: 'gemini-x',
  finishReason: 'tool_calls',
  error: null,
  usage: { ...UNKNOWN_USAGE, inputTokens: 40, cacheReadTokens: 32, outputTokens: 40, reasoningTokens: 18 },
};
const VERTEX = 'v1/projects/p/locations/us-central1/publishers/google/models';

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

testProtocol(geminiStream, {
  framing: sse,
  fixtures: [
    {
      name: 'thoughts and function calls',
      bytes: TOOL_CALLS_SSE,
      kinds: ['content', 'content', 'other'],
      facts: FACTS,
      wholeWith: '"finishReason":"STOP"',
    },
    {
      name: 'a blocked prompt',
      bytes: `data: ${BLOCKED_PROMPT}\n\n`,
      kinds: ['other'],
      facts: { model: 'gemini-x', finishReason: 'content_filter', usage: { inputTokens: 9, outputTokens: 0 } },
      wholeWith: 'blockReason',
    },
  ],
});

testProtocol(geminiStream, {
  framing: jsonArray,
  fixtures: [
    {
      name: 'thoughts and function calls',
      bytes: TOOL_CALLS_ARRAY,
      kinds: ['content', 'content', 'other'],
      facts: FACTS,
      wholeWith: '"finishReason":"STOP"',
    },
  ],
});

test.each([
  ['v1beta/models/gemini-x:generateContent', 'gemini-x', false],
  ['v1beta/models/gemini-x:streamGenerateContent', 'gemini-x', true],
  ['v1beta/models/gemini-x%3AstreamGenerateContent', 'gemini-x', true],
  ['v1beta/tunedModels/mine-1:generateContent', 'mine-1', false],
  [`${VERTEX}/gemini-x:streamGenerateContent`, 'gemini-x', true],
  ['v1/projects/p/locations/us-central1/endpoints/77:generateContent', '77', false],
  ['v1beta/cachedContents', null, false],
])('%s asks for %s, streamed: %s', (path, model, stream) => {
  expect(gemini.readRequest(request(path, { contents: [] }))).toEqual({ model, stream });
});

test('JSON is one answer of generateContent, and a stream of streamGenerateContent', () => {
  expect(gemini.framing('application/json; charset=UTF-8')).toBeUndefined();
  expect(geminiStream.framing('application/json; charset=UTF-8')?.name).toBe('json-array');
  expect(geminiStream.framing('text/event-stream')?.name).toBe('sse');
});

test('an answer says the same in events, in a growing array and in an array that came whole', () => {
  expect(follow(geminiStream, sse, TOOL_CALLS_SSE)).toMatchObject({ facts: FACTS, complete: true });
  expect(follow(geminiStream, jsonArray, TOOL_CALLS_ARRAY)).toMatchObject({ facts: FACTS, complete: true });
  expect(geminiStream.readReply(reply(TOOL_CALLS_ARRAY))).toEqual(FACTS);
});

test('a whole answer says what its stream would have said', () => {
  const calls = [{ functionCall: { name: 'weather', args: {} } }];
  const body = {
    candidates: [{ content: { role: 'model', parts: calls }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: 40,
      cachedContentTokenCount: 32,
      candidatesTokenCount: 22,
      thoughtsTokenCount: 18,
    },
    modelVersion: 'gemini-x',
  };
  expect(gemini.readReply(reply(body))).toEqual(FACTS);
});

test('a stream without any finish reason is cut', () => {
  const cut = follow(geminiStream, sse, withoutLast(TOOL_CALLS_SSE));
  expect(cut).toMatchObject({ complete: false, kinds: ['content', 'content'] });
  expect(cut.facts).toMatchObject({ finishReason: null, usage: { inputTokens: 40, outputTokens: 18 } });
});

test('a stream is whole only when each of its candidates is finished', () => {
  const first = event({
    candidates: [{ content: { parts: [{ text: 'a' }] } }, { index: 1, content: { parts: [{ text: 'b' }] } }],
  });
  const one = event({ candidates: [{ finishReason: 'MAX_TOKENS', index: 0 }] });
  const other = event({ candidates: [{ finishReason: 'STOP', index: 1 }] });
  expect(follow(gemini, sse, first + one).complete).toBe(false);
  expect(follow(gemini, sse, first + one + other)).toMatchObject({ complete: true, facts: { finishReason: 'length' } });
});

test('a signature behind the finish reason opens nothing anew', () => {
  const signature = event({ candidates: [{ content: { parts: [{ text: '', thoughtSignature: 'CsQB' }] }, index: 0 }] });
  expect(follow(gemini, sse, TOOL_CALLS_SSE + signature).complete).toBe(true);
});

test('a blocked prompt is a whole answer that was filtered and generated nothing', () => {
  const facts = { finishReason: 'content_filter', usage: { ...UNKNOWN_USAGE, inputTokens: 9, outputTokens: 0 } };
  expect(gemini.readReply(reply(BLOCKED_PROMPT))).toMatchObject(facts);
  expect(follow(gemini, sse, event(JSON.parse(BLOCKED_PROMPT)))).toMatchObject({ facts, complete: true });
});

test('tool-use prompts are input, and modalities are told apart', () => {
  const usageMetadata = {
    promptTokenCount: 100,
    toolUsePromptTokenCount: 11,
    candidatesTokenCount: 30,
    promptTokensDetails: [
      { modality: 'TEXT', tokenCount: 40 },
      { modality: 'AUDIO', tokenCount: 35 },
      { modality: 'IMAGE', tokenCount: 25 },
    ],
    candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
  };
  expect(gemini.readReply(reply({ usageMetadata })).usage).toEqual({
    ...UNKNOWN_USAGE,
    inputTokens: 111,
    outputTokens: 30,
    inputAudioTokens: 35,
    inputImageTokens: 25,
    outputAudioTokens: 30,
  });
  expect(gemini.readReply(reply({ candidates: [] })).usage).toBeNull();
});

test.each([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content_filter'],
  ['RECITATION', 'content_filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['OTHER', 'error'],
  ['CONTINUATION', 'other'],
])('finishReason %s is %s', (word, finishReason) => {
  const body = { candidates: [{ content: { parts: [{ text: 'Hi' }] }, finishReason: word }] };
  expect(gemini.readReply(reply(body)).finishReason).toBe(finishReason);
});

test('an error names its status, as an answer, as an event and inside an array', () => {
  const error = { code: 'RESOURCE_EXHAUSTED', message: 'Quota exceeded', status: 429 };
  expect(gemini.readReply(reply(QUOTA_ERROR, { status: 429 })).error).toEqual(error);
  expect(gemini.readReply(reply(`[${QUOTA_ERROR}]`, { status: 429 })).error).toEqual(error);
  for (const wire of [`data: ${QUOTA_ERROR}\n\n`, `data: [${QUOTA_ERROR}]\n\n`]) {
    expect(follow(geminiStream, sse, wire)).toMatchObject({ kinds: ['error'], facts: { error }, complete: false });
  }
  expect(follow(geminiStream, jsonArray, `[${QUOTA_ERROR}]`)).toMatchObject({ facts: { error } });
});

test.each([
  [
    { code: 'upstream_interrupted', message: 'cut', status: 502 },
    { code: 502, message: 'cut', status: 'UNAVAILABLE' },
  ],
  [
    { code: 'upstream_stalled', message: 'cut', status: 504 },
    { code: 504, message: 'cut', status: 'DEADLINE_EXCEEDED' },
  ],
  [
    { code: null, message: 'cut' },
    { code: 500, message: 'cut', status: 'INTERNAL' },
  ],
  [
    { code: 'NOT_FOUND', message: 'cut' },
    { code: 404, message: 'cut', status: 'NOT_FOUND' },
  ],
])('%o is told as %o, with a code that SDKs raise', (wireError, error) => {
  expect(gemini.writeError(wireError, 'sse')).toEqual([{ data: JSON.stringify({ error }) }]);
});

test('embeddings and token counts', () => {
  const single = { embedding: { values: [0.1] }, usageMetadata: { promptTokenCount: 5, totalTokenCount: 5 } };
  expect(geminiEmbeddings.readReply(reply(single)).usage).toEqual({ ...UNKNOWN_USAGE, inputTokens: 5 });
  expect(geminiEmbeddings.readReply(reply({ embeddings: [{ values: [0.1] }] })).usage).toBeNull();
  expect(geminiCountTokens.readReply(reply({ totalTokens: 31 })).usage).toBeNull();
});

test('vectors of Vertex state their tokens one by one, and billed characters', () => {
  const vector = (token_count: number) => ({
    embeddings: { values: [0.1], statistics: { token_count, truncated: false } },
  });
  const body = { predictions: [vector(3), vector(4)], metadata: { billableCharacterCount: 20 } };
  expect(vertexEmbeddings.readReply(reply(body)).usage).toEqual({
    ...UNKNOWN_USAGE,
    inputTokens: 7,
    units: { characters: 20 },
  });
  expect(vertexEmbeddings.readRequest(request(`${VERTEX}/text-embedding-x:predict`)).model).toBe('text-embedding-x');
});

test('pictures that were filtered out are not counted', () => {
  const body = {
    predictions: [{ bytesBase64Encoded: 'iVBO', mimeType: 'image/png' }, { raiFilteredReason: 'unsafe' }],
  };
  expect(imagen.readReply(reply(body)).usage).toEqual({ ...UNKNOWN_USAGE, units: { images: 1 } });
});
