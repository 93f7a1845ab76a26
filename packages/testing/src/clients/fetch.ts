import { describe, expect, test } from 'vitest';
import { EXCHANGES, type Exchange } from './exchanges.ts';
import { logged } from './scenario.ts';
import { SCRIPT, TRANSCRIPTION_TOKENS } from './script.ts';
import type { Target } from './target.ts';

/** What programs without a package do. */
export function fetchScenarios(target: () => Target): void {
  describe('fetch', () => {
    test.each(Object.entries(EXCHANGES))('%s: the same bytes as at the vendor', async (_, exchange) => {
      const there = await post(target().vendor(exchange.provider), exchange);
      const here = await logged(target(), exchange, () => post(target().base(exchange.provider), exchange));
      expect(here).toEqual(there);
      expect(here.contentType).toBe(exchange.contentType);
    });

    test('uploads a form', () =>
      logged(target(), { provider: 'openai', model: 'gpt-4o-transcribe', tokens: TRANSCRIPTION_TOKENS }, async () => {
        const body = new FormData();
        body.set('model', 'gpt-4o-transcribe');
        body.set('file', new File([Uint8Array.from(SCRIPT.speech.mp3)], 'speech.mp3', { type: 'audio/mpeg' }));
        const reply = await fetch(`${target().base('openai')}/audio/transcriptions`, { method: 'POST', body });
        expect(await reply.json()).toMatchObject({ text: SCRIPT.transcription.answer });
      }));
  });
}

async function post(base: string, { path, body }: Exchange) {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-test-plain' };
  const reply = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const bytes = Buffer.from(await reply.arrayBuffer()).toString('latin1');
  return {
    status: reply.status,
    contentType: reply.headers.get('content-type'),
    retryAfter: reply.headers.get('retry-after'),
    rateLimit: reply.headers.get('x-ratelimit-remaining-requests'),
    bytes: bytes.replaceAll(TIME_OF_DAY, '"created_at":"now"'),
  };
}

// Ollama's stand-in puts it into each piece.
const TIME_OF_DAY = /"created_at":"[^"]*"/g;
