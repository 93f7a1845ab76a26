import { UNKNOWN_USAGE } from '@sluice/core';
import { testProtocol } from '@sluice/testing/protocol';
import { expect, test } from 'vitest';
import { openaiTranscriptions, sse } from '../index.ts';
import { reply } from '../reading/__fixtures__/views.ts';
import { transcript } from './__fixtures__/streams.ts';

testProtocol(openaiTranscriptions, {
  framing: sse,
  fixtures: [
    {
      name: 'a transcript as events',
      bytes: transcript,
      kinds: ['content', 'content', 'end'],
      facts: { usage: { inputTokens: 14, outputTokens: 3, inputAudioTokens: 14 } },
      wholeWith: 'transcript.text.done',
    },
  ],
});

test.each([
  ['by the second', { text: 'Hi', usage: { type: 'duration', seconds: 9 } }],
  ['with its length', { text: 'Hi', duration: 9 }],
  ['with its length as a string', { text: 'Hi', duration: '9.0' }],
])('a transcript %s states seconds', (_, body) => {
  expect(openaiTranscriptions.readReply(reply(body)).usage).toEqual({ ...UNKNOWN_USAGE, units: { seconds: 9 } });
});

test('subtitles state nothing', () => {
  expect(openaiTranscriptions.readReply(reply('1\n00:00:00,000 --> 00:00:01,000\nHi\n')).usage).toBeNull();
});

test('model and stream flag are read from the form, on either side of the file', async () => {
  for (const model of [{ before: true }, { before: false }]) {
    const form = new FormData();
    if (model.before) form.set('model', 'whisper-x');
    form.set(
      'file',
      new Blob(['\r\n--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nnot this\r\n']),
      'a.wav',
    );
    if (!model.before) form.set('model', 'whisper-x');
    form.set('stream', 'true');
    const sent = new Response(form);
    const contentType = sent.headers.get('content-type') ?? '';
    const body = new Uint8Array(await sent.arrayBuffer());
    const view = { method: 'POST', path: 'audio/transcriptions', query: '', contentType, body, json: () => undefined };
    expect(openaiTranscriptions.readRequest(view)).toEqual({ model: 'whisper-x', stream: true });
    // Cut off in the middle, it is still read without a throw.
    expect(openaiTranscriptions.readRequest({ ...view, body: body.subarray(0, 60) })).toEqual({
      model: null,
      stream: false,
    });
  }
});
