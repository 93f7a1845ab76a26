import { ChatOpenAI } from '@langchain/openai';
import { describe, expect, test } from 'vitest';
import { logged } from './scenario.ts';
import { CHAT_TOKENS, SCRIPT } from './script.ts';
import type { Target } from './target.ts';

/** What users of LangChain do. */
export function langchainScenarios(target: () => Target): void {
  describe('@langchain/openai', () => {
    const model = () => {
      const configuration = { baseURL: target().base('openai') };
      return new ChatOpenAI({ model: MODEL, apiKey: 'sk-test-openai', maxRetries: 0, configuration });
    };
    const call = (run: () => Promise<void>) =>
      logged(target(), { provider: 'openai', model: MODEL, tokens: CHAT_TOKENS }, run);

    test('answers', () =>
      call(async () => {
        const reply = await model().invoke(SCRIPT.greeting.ask);
        expect(reply.text).toBe(SCRIPT.greeting.answer);
        expect(reply.usage_metadata).toMatchObject({ input_tokens: CHAT_TOKENS.in, output_tokens: CHAT_TOKENS.out });
      }));

    test('streams', () =>
      call(async () => {
        const pieces: string[] = [];
        for await (const piece of await model().stream(SCRIPT.greeting.ask)) pieces.push(piece.text);
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      }));
  });
}

const MODEL = 'gpt-4o-mini';
