import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { logged, rejection } from './scenario.ts';
import { askToFail, CHAT_TOKENS, FAILURES, SCRIPT, UNKNOWN_TOKENS } from './script.ts';
import type { Target } from './target.ts';

/** What users of the `@anthropic-ai/sdk` package do. */
export function anthropicScenarios(target: () => Target): void {
  describe('@anthropic-ai/sdk', () => {
    const client = () =>
      new Anthropic({ apiKey: 'sk-test-anthropic', baseURL: target().base('anthropic'), maxRetries: 0 });
    const call = (run: () => Promise<void>) =>
      logged(target(), { provider: 'anthropic', model: MODEL, tokens: CHAT_TOKENS }, run);

    test('answers', () =>
      call(async () => {
        const reply = await client().messages.create(ask(SCRIPT.greeting.ask));
        expect(reply.content).toEqual([{ type: 'text', text: SCRIPT.greeting.answer }]);
        expect(reply.usage).toMatchObject(usage);
      }));

    test('streams', () =>
      call(async () => {
        const stream = client().messages.stream(ask(SCRIPT.greeting.ask));
        const pieces: string[] = [];
        stream.on('text', (piece) => pieces.push(piece));
        const reply = await stream.finalMessage();
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
        expect(reply.usage).toMatchObject(usage);
      }));

    test('calls a tool', () =>
      call(async () => {
        const reply = await client().messages.create({ ...ask(SCRIPT.weather.ask), tools });
        expect(reply.stop_reason).toBe('tool_use');
        expect(reply.content).toContainEqual(expect.objectContaining(toolUse));
      }));

    test('calls a tool in a stream', () =>
      call(async () => {
        const reply = await client()
          .messages.stream({ ...ask(SCRIPT.weather.ask), tools })
          .finalMessage();
        expect(reply.stop_reason).toBe('tool_use');
        expect(reply.content).toContainEqual(expect.objectContaining(toolUse));
      }));

    test('takes the result of a tool', () =>
      call(async () => {
        const result = { type: 'tool_result' as const, tool_use_id: toolUse.id, content: SCRIPT.weather.result };
        const request = ask(SCRIPT.weather.ask);
        const messages = [
          ...request.messages,
          { role: 'assistant' as const, content: [toolUse] },
          { role: 'user' as const, content: [result] },
        ];
        const reply = await client().messages.create({ ...request, messages, tools });
        expect(reply.content).toEqual([{ type: 'text', text: SCRIPT.weather.answer }]);
      }));

    test.each(FAILURES)("$status arrives as the package's own error", ({ status, message, type }) =>
      logged(target(), { provider: 'anthropic', model: MODEL, status, tokens: UNKNOWN_TOKENS }, async () => {
        const error = await rejection(client().messages.create(ask(askToFail(status))));
        expect(error).toBeInstanceOf(ERROR_CLASSES[status as keyof typeof ERROR_CLASSES]);
        expect(error).toMatchObject({ status, error: { type: 'error', error: { type, message } } });
      }),
    );
  });
}

const MODEL = 'claude-sonnet-5';

const ERROR_CLASSES = {
  401: Anthropic.AuthenticationError,
  429: Anthropic.RateLimitError,
  500: Anthropic.InternalServerError,
} as const;

const usage = { input_tokens: CHAT_TOKENS.in, output_tokens: CHAT_TOKENS.out };

const { id, name, arguments: input } = SCRIPT.weather.tool;
const toolUse = { type: 'tool_use' as const, id, name, input };
const tools = [{ name, input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } } }];

function ask(content: string) {
  return { model: MODEL, max_tokens: 64, messages: [{ role: 'user' as const, content }] };
}
