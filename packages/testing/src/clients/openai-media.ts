import { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import type { OpenAIUser } from './openai.ts';
import { EMBEDDING_TOKENS, SCRIPT, TRANSCRIPTION_TOKENS, UNKNOWN_TOKENS } from './script.ts';

/** What is not chat: embeddings, images, uploaded and downloaded audio. */
export function openaiMediaScenarios({ client, call }: OpenAIUser): void {
  describe('media', () => {
    test('embeds', () =>
      call('text-embedding-3-small', EMBEDDING_TOKENS, async () => {
        const reply = await client().embeddings.create({
          model: 'text-embedding-3-small',
          input: SCRIPT.embedding.ask,
          encoding_format: 'float',
        });
        expect(reply.data[0]?.embedding).toEqual(SCRIPT.embedding.vector);
      }));

    test('draws', () =>
      call('gpt-image-1', UNKNOWN_TOKENS, async () => {
        const reply = await client().images.generate({ model: 'gpt-image-1', prompt: SCRIPT.image.ask });
        expect(reply.data?.[0]?.b64_json).toBe(SCRIPT.image.png);
      }));

    test('transcribes an uploaded file', () =>
      call('gpt-4o-transcribe', TRANSCRIPTION_TOKENS, async () => {
        const file = await toFile(SCRIPT.speech.mp3, 'speech.mp3', { type: 'audio/mpeg' });
        const reply = await client().audio.transcriptions.create({ model: 'gpt-4o-transcribe', file });
        expect(reply.text).toBe(SCRIPT.transcription.answer);
      }));

    test('speaks', () =>
      call('gpt-4o-mini-tts', UNKNOWN_TOKENS, async () => {
        const request = { model: 'gpt-4o-mini-tts', input: SCRIPT.speech.ask, voice: 'alloy' };
        const reply = await client().audio.speech.create(request);
        expect(reply.headers.get('content-type')).toBe('audio/mpeg');
        expect(await reply.bytes()).toEqual(SCRIPT.speech.mp3);
      }));
  });
}
