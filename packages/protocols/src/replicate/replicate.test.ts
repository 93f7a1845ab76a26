import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { replicate, sse } from '../index.ts';
import { follow, reply, request, wireOf } from '../reading/__fixtures__/views.ts';
import { CREATED, OUTPUT_STREAM } from './__fixtures__/answers.ts';

testProtocol(replicate, {
  framing: sse,
  fixtures: [
    {
      name: 'output as text',
      bytes: OUTPUT_STREAM,
      kinds: ['content', 'content', 'end'],
      facts: { finishReason: 'stop' },
      wholeWith: '{}',
      plainText: true,
    },
  ],
});

test.each([
  ['models/o/n/predictions', { input: {} }, 'o/n'],
  ['deployments/o/n/predictions', { input: {} }, 'o/n'],
  ['predictions', { version: 'abc', input: {} }, 'abc'],
  ['predictions/p1', undefined, null],
])('%s asks for a model', (path, body, model) => {
  expect(replicate.readRequest(request(path, body))).toEqual({ model, stream: false });
});

test('a prediction that runs has no end yet', () => {
  expect(replicate.readReply(reply(CREATED, { status: 201 }))).toEqual({
    model: 'o/n',
    usage: null,
    finishReason: null,
    error: null,
  });
});

test('a prediction that succeeded has its metrics', () => {
  const metrics = { predict_time: 1.5, input_token_count: 4, output_token_count: 9, image_count: 1 };
  expect(replicate.readReply(reply({ ...JSON.parse(CREATED), status: 'succeeded', metrics }))).toMatchObject({
    usage: { ...UNKNOWN_USAGE, inputTokens: 4, outputTokens: 9, units: { seconds: 1.5, images: 1 } },
    finishReason: 'stop',
  });
});

test('a prediction that failed is an error, although its status is good', () => {
  const failed = {
    ...JSON.parse(CREATED),
    status: 'failed',
    error: 'Prediction interrupted; please retry (code: E1234)',
  };
  expect(replicate.readReply(reply(failed)).error).toEqual({ code: 'E1234', message: failed.error });
  expect(replicate.readReply(reply({ ...failed, status: 'canceled' }))).toMatchObject({
    error: null,
    finishReason: 'other',
  });
  const refused = replicate.readReply(reply({ title: 'Invalid', detail: 'No such version' }, { status: 422 }));
  expect(refused.error).toEqual({ code: null, message: 'No such version', status: 422 });
});

test.each([
  [
    'event: done\ndata: {"reason":"canceled"}\n\n',
    { kinds: ['end'], facts: { finishReason: 'other' }, complete: true },
  ],
  ['event: done\ndata: {"reason":"error"}\n\n', { kinds: ['error'], complete: false }],
  ['event: done\ndata: oops\n\n', { kinds: ['malformed'], complete: false }],
  [
    'event: error\ndata: {"detail":"Out of memory"}\n\n',
    { kinds: ['error'], facts: { error: { message: 'Out of memory' } } },
  ],
])('%j is understood', (wire, followed) => {
  expect(follow(replicate, sse, wire)).toMatchObject(followed);
});

test('an error is told as the event that clients raise', () => {
  const told = wireOf(sse, replicate.writeError({ code: 'upstream_stalled', message: 'cut', status: 504 }, 'sse'));
  expect(follow(replicate, sse, told)).toMatchObject({ kinds: ['error'], facts: { error: { message: 'cut' } } });
});
