import { describe, expect, test } from 'vitest';
import type { OpenAIUser } from './openai.ts';
import { CHAT_TOKENS, SCRIPT } from './script.ts';

/** The Responses API: answers and streams, with and without tools. */
export function openaiResponsesScenarios({ client, call }: OpenAIUser): void {
  describe('responses', () => {
    test('answer', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const reply = await client().responses.create(greet);
        expect(reply.output_text).toBe(SCRIPT.greeting.answer);
        expect(reply.usage).toMatchObject(usage);
      }));

    test('stream', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const stream = client().responses.stream(greet);
        const pieces: string[] = [];
        stream.on('response.output_text.delta', ({ delta }) => pieces.push(delta));
        const reply = await stream.finalResponse();
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
        expect(reply.usage).toMatchObject(usage);
      }));

    test('call a tool', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const reply = await client().responses.create(askWithTool);
        expect(reply.output).toMatchObject([functionCall]);
      }));

    test('call a tool in a stream', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const reply = await client().responses.stream(askWithTool).finalResponse();
        expect(reply.output).toMatchObject([functionCall]);
      }));

    test('take the result of a tool', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const output = { type: 'function_call_output' as const, call_id: id, output: SCRIPT.weather.result };
        const input = [{ role: 'user' as const, content: SCRIPT.weather.ask }, functionCall, output];
        const reply = await client().responses.create({ ...askWithTool, input });
        expect(reply.output_text).toBe(SCRIPT.weather.answer);
      }));
  });
}

const MODEL = 'gpt-4o-mini';

const greet = { model: MODEL, input: SCRIPT.greeting.ask };
const usage = { input_tokens: CHAT_TOKENS.in, output_tokens: CHAT_TOKENS.out };

const { id, name, arguments: args } = SCRIPT.weather.tool;
const functionCall = { type: 'function_call' as const, call_id: id, name, arguments: JSON.stringify(args) };
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const tools = [{ type: 'function' as const, name, parameters, strict: false }];
const askWithTool = { model: MODEL, input: SCRIPT.weather.ask, tools };
