import { NO_FACTS } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { openaiSpeech, sse } from '../index.ts';
import { reply } from '../reading/__fixtures__/views.ts';
import { speech } from './__fixtures__/streams.ts';

testProtocol(openaiSpeech, {
  framing: sse,
  fixtures: [
    {
      name: 'speech as events',
      bytes: speech,
      kinds: ['content', 'end'],
      facts: { usage: { inputTokens: 14, outputTokens: 101 } },
      wholeWith: 'speech.audio.done',
    },
  ],
});

test('audio bytes are no stream of frames and state nothing', () => {
  expect(openaiSpeech.framing('audio/mpeg')).toBeUndefined();
  expect(openaiSpeech.readReply(reply('ID3\u0004'))).toEqual(NO_FACTS);
});
