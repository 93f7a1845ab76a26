import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { openaiImages, sse } from '../index.ts';
import { follow, reply } from '../reading/__fixtures__/views.ts';
import { generation } from './__fixtures__/streams.ts';

testProtocol(openaiImages, {
  framing: sse,
  fixtures: [
    {
      name: 'one picture in two steps',
      bytes: generation,
      kinds: ['content', 'content'],
      facts: {
        finishReason: 'stop',
        usage: { inputTokens: 60, outputTokens: 272, inputImageTokens: 40, units: { images: 1 } },
      },
      wholeWith: '"type":"image_generation.completed"',
    },
  ],
});

test('pictures are counted when no tokens are stated', () => {
  const facts = openaiImages.readReply(reply({ created: 1, data: [{ url: 'a' }, { url: 'b' }] }));
  expect(facts.usage).toEqual({ ...UNKNOWN_USAGE, units: { images: 2 } });
});

test('every finished picture of a stream is counted', () => {
  expect(follow(openaiImages, sse, generation + generation).facts.usage?.units).toEqual({ images: 2 });
});

test('an answer without pictures states no usage', () => {
  expect(openaiImages.readReply(reply({ created: 1, data: [] })).usage).toBeNull();
});
