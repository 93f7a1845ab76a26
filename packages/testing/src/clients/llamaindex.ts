import { OpenAI } from '@llamaindex/openai';
import { describe, expect, test } from 'vitest';
import { logged } from './scenario.ts';
import { CHAT_TOKENS, SCRIPT, type Tokens, UNKNOWN_TOKENS } from './script.ts';
import type { Target } from './target.ts';

/** What users of LlamaIndex do. */
export function llamaindexScenarios(target: () => Target): void {
  describe('@llamaindex/openai', () => {
    const llm = () =>
      new OpenAI({ model: MODEL, apiKey: 'sk-test-openai', baseURL: target().base('openai'), maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: SCRIPT.greeting.ask }];
    const call = (tokens: Tokens, run: () => Promise<void>) =>
      logged(target(), { provider: 'openai', model: MODEL, tokens }, run);

    test('answers', () =>
      call(CHAT_TOKENS, async () => {
        const reply = await llm().chat({ messages });
        expect(reply.message.content).toBe(SCRIPT.greeting.answer);
      }));

    test('streams', () =>
      call(UNKNOWN_TOKENS, async () => {
        const pieces: string[] = [];
        for await (const piece of await llm().chat({ messages, stream: true })) pieces.push(piece.delta);
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      }));
  });
}

const MODEL = 'gpt-4o-mini';
