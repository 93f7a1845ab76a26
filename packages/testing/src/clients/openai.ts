import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiChatScenarios } from './openai-chat.ts';
import { openaiMediaScenarios } from './openai-media.ts';
import { openaiResponsesScenarios } from './openai-responses.ts';
import { logged, rejection } from './scenario.ts';
import { askToFail, FAILURES, type Tokens, UNKNOWN_TOKENS } from './script.ts';
import type { Target } from './target.ts';

/** A program that uses the `openai` package. */
export interface OpenAIUser {
  client(): OpenAI;
  /** Holds one call against its row in the log. */
  call(model: string, tokens: Tokens, run: () => Promise<void>): Promise<void>;
}

/** What users of the `openai` package do. */
export function openaiScenarios(target: () => Target): void {
  const user: OpenAIUser = {
    client: () => new OpenAI({ apiKey: 'sk-test-openai', baseURL: target().base('openai'), maxRetries: 0 }),
    call: (model, tokens, run) => logged(target(), { provider: 'openai', model, tokens }, run),
  };
  describe('openai', () => {
    openaiChatScenarios(user);
    openaiResponsesScenarios(user);
    openaiMediaScenarios(user);
    errorScenarios(user, target);

    // A call without a body, and so without a model.
    test('lists models', () =>
      user.call('', UNKNOWN_TOKENS, async () => {
        const { data } = await user.client().models.list();
        expect(data.length).toBeGreaterThan(0);
      }));
  });
}

function errorScenarios({ client }: OpenAIUser, target: () => Target): void {
  const fail = (status: number, run: () => Promise<void>) =>
    logged(target(), { provider: 'openai', model: MODEL, status, tokens: UNKNOWN_TOKENS }, run);

  test.each(FAILURES)("$status arrives as the package's own error", ({ status, message, type }) =>
    fail(status, async () => {
      const error = await rejection(client().chat.completions.create(ask(status)));
      expect(error).toBeInstanceOf(ERROR_CLASSES[status as keyof typeof ERROR_CLASSES]);
      expect(error).toMatchObject({ status, error: { message, type } });
    }),
  );

  test('429 in place of a stream arrives as the same error', () =>
    fail(429, async () => {
      const error = await rejection(client().chat.completions.create({ ...ask(429), stream: true }));
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    }));

  test('429 in place of a response arrives as the same error', () =>
    fail(429, async () => {
      const error = await rejection(client().responses.create({ model: MODEL, input: askToFail(429) }));
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    }));
}

const MODEL = 'gpt-4o-mini';

const ERROR_CLASSES = {
  401: OpenAI.AuthenticationError,
  429: OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
} as const;

function ask(status: number) {
  return { model: MODEL, messages: [{ role: 'user' as const, content: askToFail(status) }] };
}
