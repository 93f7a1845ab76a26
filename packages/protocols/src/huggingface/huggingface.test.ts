import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { huggingface, sse } from '../index.ts';
import { follow, reply, request, wireOf, withoutLast } from '../reading/__fixtures__/views.ts';
import { TEXT } from './__fixtures__/streams.ts';

testProtocol(huggingface, {
  framing: sse,
  fixtures: [
    {
      name: 'a text',
      bytes: TEXT,
      kinds: ['content', 'end'],
      facts: { usage: { outputTokens: 2 }, finishReason: 'stop' },
      wholeWith: 'eos_token',
    },
  ],
});

test.each([
  ['hf-inference/models/org/model-x', 'org/model-x'],
  ['models/gpt2', 'gpt2'],
  ['org/model-x', 'org/model-x'],
])('%s asks for %s', (path, model) => {
  expect(huggingface.readRequest(request(path, { inputs: 'hi', stream: true }))).toEqual({ model, stream: true });
});

test('a text without details ends all the same', () => {
  const wire = 'data:{"token":{"id":2,"text":"i"},"generated_text":"Hi","details":null}\n\n';
  expect(follow(huggingface, sse, wire)).toMatchObject({ kinds: ['end'], facts: { usage: null }, complete: true });
});

test('a whole answer is counted by its details and by headers', () => {
  const body = [{ generated_text: 'Hi', details: { finish_reason: 'length', generated_tokens: 2 } }];
  expect(huggingface.readReply(reply(body))).toMatchObject({ usage: { outputTokens: 2 }, finishReason: 'length' });
  const headers = { 'x-prompt-tokens': '5', 'x-generated-tokens': '2' };
  expect(huggingface.readReply(reply([{ generated_text: 'Hi' }], { headers })).usage).toEqual({
    ...UNKNOWN_USAGE,
    inputTokens: 5,
    outputTokens: 2,
  });
  expect(huggingface.readReply(reply([{ generated_text: 'Hi' }])).usage).toBeNull();
});

test.each([
  [{ error: 'Model is overloaded', error_type: 'overloaded' }, 'overloaded', 'Model is overloaded'],
  [{ error: ['Error in `inputs`'] }, null, 'Error in `inputs`'],
  [{ error: { message: 'No such model', code: 'model_not_found' } }, 'model_not_found', 'No such model'],
])('%o is read as an error', (body, code, message) => {
  expect(huggingface.readReply(reply(body, { status: 429 })).error).toEqual({ code, message, status: 429 });
});

test('an error in place of a token ends a stream as failed', () => {
  const wire = 'data:{"error":"Request failed during generation","error_type":"generation"}\n\n';
  expect(follow(huggingface, sse, withoutLast(TEXT) + wire)).toMatchObject({
    kinds: ['content', 'error'],
    facts: { error: { code: 'generation', message: 'Request failed during generation', status: 424 } },
    complete: false,
  });
  const told = wireOf(sse, huggingface.writeError({ code: 'upstream_stalled', message: 'cut', status: 504 }, 'sse'));
  expect(follow(huggingface, sse, told).facts.error).toMatchObject({ message: 'cut' });
});
