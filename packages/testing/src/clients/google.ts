import { ApiError, type FunctionDeclaration, GoogleGenAI, Type } from '@google/genai';
import { describe, expect, test } from 'vitest';
import { logged, rejection } from './scenario.ts';
import { askToFail, CHAT_TOKENS, FAILURES, SCRIPT, type Tokens, UNKNOWN_TOKENS } from './script.ts';
import type { Target } from './target.ts';

/** What users of the `@google/genai` package do. */
export function googleScenarios(target: () => Target): void {
  describe('@google/genai', () => {
    const models = () => {
      const httpOptions = { baseUrl: target().base('google-ai-studio') };
      return new GoogleGenAI({ apiKey: 'sk-test-google', httpOptions }).models;
    };
    const call = (model: string, tokens: Tokens, run: () => Promise<void>) =>
      logged(target(), { provider: 'google-ai-studio', model, tokens }, run);

    test('answers', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const reply = await models().generateContent({ model: MODEL, contents: SCRIPT.greeting.ask });
        expect(reply.text).toBe(SCRIPT.greeting.answer);
        expect(reply.usageMetadata).toMatchObject(usage);
      }));

    test('streams', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const pieces: string[] = [];
        const request = { model: MODEL, contents: SCRIPT.greeting.ask };
        for await (const piece of await models().generateContentStream(request)) pieces.push(piece.text ?? '');
        expect(pieces.length).toBeGreaterThan(1);
        expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      }));

    test('calls a tool', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const reply = await models().generateContent({ model: MODEL, contents: SCRIPT.weather.ask, config });
        expect(reply.functionCalls).toMatchObject([functionCall]);
      }));

    test('calls a tool in a stream', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const calls = [];
        const request = { model: MODEL, contents: SCRIPT.weather.ask, config };
        for await (const piece of await models().generateContentStream(request))
          calls.push(...(piece.functionCalls ?? []));
        expect(calls).toMatchObject([functionCall]);
      }));

    test('takes the result of a tool', () =>
      call(MODEL, CHAT_TOKENS, async () => {
        const functionResponse = {
          id: functionCall.id,
          name: functionCall.name,
          response: { output: SCRIPT.weather.result },
        };
        const contents = [
          { role: 'user', parts: [{ text: SCRIPT.weather.ask }] },
          { role: 'model', parts: [{ functionCall }] },
          { role: 'user', parts: [{ functionResponse }] },
        ];
        const reply = await models().generateContent({ model: MODEL, contents, config });
        expect(reply.text).toBe(SCRIPT.weather.answer);
      }));

    test('embeds', () =>
      call('gemini-embedding-001', UNKNOWN_TOKENS, async () => {
        const reply = await models().embedContent({ model: 'gemini-embedding-001', contents: SCRIPT.embedding.ask });
        expect(reply.embeddings?.[0]?.values).toEqual(SCRIPT.embedding.vector);
      }));

    test.each(FAILURES)("$status arrives as the package's own error", ({ status, message, grpc }) =>
      logged(target(), { provider: 'google-ai-studio', model: MODEL, status, tokens: UNKNOWN_TOKENS }, async () => {
        const error = await rejection(models().generateContent({ model: MODEL, contents: askToFail(status) }));
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ status });
        expect(JSON.parse((error as ApiError).message)).toEqual({ error: { code: status, message, status: grpc } });
      }),
    );
  });
}

const MODEL = 'gemini-2.5-flash';

const usage = { promptTokenCount: CHAT_TOKENS.in, candidatesTokenCount: CHAT_TOKENS.out };

const { id, name, arguments: args } = SCRIPT.weather.tool;
const functionCall = { id, name, args };
const declaration: FunctionDeclaration = {
  name,
  parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } } },
};
const config = { tools: [{ functionDeclarations: [declaration] }] };
