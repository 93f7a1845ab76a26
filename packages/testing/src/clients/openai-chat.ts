import type OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import type { OpenAIUser } from './openai.ts';
import { CHAT_TOKENS, SCRIPT, UNKNOWN_TOKENS } from './script.ts';

/** Chat completions: answers and streams, with and without tools. */
export function openaiChatScenarios(user: OpenAIUser): void {
  describe('chat', () => {
    answerScenarios(user);
    toolScenarios(user);
  });
}

function answerScenarios({ client, call }: OpenAIUser): void {
  test('answers', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const reply = await client().chat.completions.create(greet);
      expect(reply.choices[0]?.message.content).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject(usage);
    }));

  test('streams, and reports usage when asked for it', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const stream = client().chat.completions.stream({ ...greet, stream_options: { include_usage: true } });
      const pieces: string[] = [];
      stream.on('content.delta', ({ delta }) => pieces.push(delta));
      const reply = await stream.finalChatCompletion();
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject(usage);
    }));

  test('streams without usage, which then stays unknown', () =>
    call(MODEL, UNKNOWN_TOKENS, async () => {
      const pieces: string[] = [];
      for await (const chunk of await client().chat.completions.create({ ...greet, stream: true })) {
        pieces.push(chunk.choices[0]?.delta.content ?? '');
      }
      expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
    }));
}

function toolScenarios({ client, call }: OpenAIUser): void {
  test('calls a tool', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const reply = await client().chat.completions.create({ model: MODEL, messages: [question], tools });
      expect(reply.choices[0]?.finish_reason).toBe('tool_calls');
      expectToolCall(reply.choices[0]?.message);
    }));

  test('calls a tool in a stream', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const request = { model: MODEL, messages: [question], tools, stream_options: { include_usage: true } };
      const reply = await client().chat.completions.stream(request).finalChatCompletion();
      expectToolCall(reply.choices[0]?.message);
    }));

  test('takes the result of a tool', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const messages = [
        question,
        {
          role: 'assistant' as const,
          tool_calls: [{ id, type: 'function' as const, function: { name, arguments: '{}' } }],
        },
        { role: 'tool' as const, tool_call_id: id, content: SCRIPT.weather.result },
      ];
      const reply = await client().chat.completions.create({ model: MODEL, messages, tools });
      expect(reply.choices[0]?.message.content).toBe(SCRIPT.weather.answer);
    }));
}

const MODEL = 'gpt-4o-mini';

const greet = { model: MODEL, messages: [{ role: 'user' as const, content: SCRIPT.greeting.ask }] };
const usage = { prompt_tokens: CHAT_TOKENS.in, completion_tokens: CHAT_TOKENS.out };

const { id, name, arguments: args } = SCRIPT.weather.tool;
const question = { role: 'user' as const, content: SCRIPT.weather.ask };
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const tools = [{ type: 'function' as const, function: { name, parameters } }];

function expectToolCall(message: OpenAI.ChatCompletionMessage | undefined): void {
  const [asked] = message?.tool_calls ?? [];
  expect(asked).toMatchObject({ id, type: 'function', function: { name } });
  expect(asked?.type === 'function' && JSON.parse(asked.function.arguments)).toEqual(args);
}
