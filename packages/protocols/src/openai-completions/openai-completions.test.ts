import { testProtocol } from '@sluice/testing/protocol';
import { openaiCompletions, sse } from '../index.ts';
import { text } from './__fixtures__/streams.ts';

testProtocol(openaiCompletions(), {
  framing: sse,
  fixtures: [
    {
      name: 'text up to the token limit',
      bytes: text,
      kinds: ['content', 'other', 'end'],
      facts: { model: 'instruct-x', finishReason: 'length', usage: { inputTokens: 4, outputTokens: 1 } },
      wholeWith: '"finish_reason":"length"',
    },
  ],
});
