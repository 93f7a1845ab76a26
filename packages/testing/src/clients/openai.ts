import OpenAI, { toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { logged, rejection } from './scenario.ts';
import {
  askToFail,
  CHAT_TOKENS,
  FAILURES,
  SCRIPT,
  type Tokens,
  TRANSCRIPTION_TOKENS,
  UNKNOWN_TOKENS,
} from './script.ts';
import type { Target } from './target.ts';

/** What users of the `openai` package do. */
export function openaiScenarios(target: () => Target): void {
  describe('openai', () => {
    const client = () => new OpenAI({ apiKey: 'sk-test-openai', baseURL: target().base('openai'), maxRetries: 0 });
    const call = (model: string, tokens: Tokens, run: () => Promise<void>) =>
      logged(target(), { provider: 'openai', model, tokens }, run);

    describe('chat', () => chatScenarios(client, call));
    describe('responses', () => responsesScenarios(client, call));
    describe('media', () => mediaScenarios(client, call));
    describe('errors', () => errorScenarios(client, target));
  });
}

const MODEL = 'gpt-4o-mini';

type Client = () => OpenAI;
type Call = (model: string, tokens: Tokens, run: () => Promise<void>) => Promise<void>;

const ERROR_CLASSES = {
  401: OpenAI.AuthenticationError,
  429: OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
} as const;

const weatherTool = {
  type: 'function',
  name: SCRIPT.weather.tool.name,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
} as const;

function chatScenarios(client: Client, call: Call): void {
  const { type, ...definition } = weatherTool;
  const tools = [{ type, function: definition }];
  const greet = { model: MODEL, messages: [{ role: 'user' as const, content: SCRIPT.greeting.ask }] };
  const question = { role: 'user' as const, content: SCRIPT.weather.ask };
  const toolCall = { id: SCRIPT.weather.tool.id, type, function: { name: SCRIPT.weather.tool.name } };

  test('answers', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const reply = await client().chat.completions.create(greet);
      expect(reply.choices[0]?.message.content).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject({ prompt_tokens: CHAT_TOKENS.in, completion_tokens: CHAT_TOKENS.out });
    }));

  test('streams, and reports usage when asked for it', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const stream = client().chat.completions.stream({ ...greet, stream_options: { include_usage: true } });
      const pieces: string[] = [];
      stream.on('content.delta', ({ delta }) => pieces.push(delta));
      const reply = await stream.finalChatCompletion();
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject({ prompt_tokens: CHAT_TOKENS.in, completion_tokens: CHAT_TOKENS.out });
    }));

  test('streams without usage, which then stays unknown', () =>
    call(MODEL, UNKNOWN_TOKENS, async () => {
      let text = '';
      for await (const chunk of await client().chat.completions.create({ ...greet, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      expect(text).toBe(SCRIPT.greeting.answer);
    }));

  test('calls a tool', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const reply = await client().chat.completions.create({ model: MODEL, messages: [question], tools });
      expect(reply.choices[0]?.finish_reason).toBe('tool_calls');
      const [asked] = reply.choices[0]?.message.tool_calls ?? [];
      expect(asked).toMatchObject(toolCall);
      expect(asked?.type === 'function' && JSON.parse(asked.function.arguments)).toEqual(SCRIPT.weather.tool.arguments);
    }));

  test('calls a tool in a stream', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const request = { model: MODEL, messages: [question], tools, stream_options: { include_usage: true } };
      const reply = await client().chat.completions.stream(request).finalChatCompletion();
      const [asked] = reply.choices[0]?.message.tool_calls ?? [];
      expect(asked).toMatchObject(toolCall);
      expect(asked?.type === 'function' && JSON.parse(asked.function.arguments)).toEqual(SCRIPT.weather.tool.arguments);
    }));

  test('takes the result of a tool', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const asked = { ...toolCall, function: { ...toolCall.function, arguments: '{"city":"Paris"}' } };
      const messages = [
        question,
        { role: 'assistant' as const, tool_calls: [asked] },
        { role: 'tool' as const, tool_call_id: asked.id, content: SCRIPT.weather.result },
      ];
      const reply = await client().chat.completions.create({ model: MODEL, messages, tools });
      expect(reply.choices[0]?.message.content).toBe(SCRIPT.weather.answer);
    }));
}

function responsesScenarios(client: Client, call: Call): void {
  const usage = { input_tokens: CHAT_TOKENS.in, output_tokens: CHAT_TOKENS.out };
  const askedTool = { type: 'function_call', call_id: SCRIPT.weather.tool.id, name: SCRIPT.weather.tool.name };

  test('answer', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const reply = await client().responses.create({ model: MODEL, input: SCRIPT.greeting.ask });
      expect(reply.output_text).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject(usage);
    }));

  test('stream', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const stream = client().responses.stream({ model: MODEL, input: SCRIPT.greeting.ask });
      const pieces: string[] = [];
      stream.on('response.output_text.delta', ({ delta }) => pieces.push(delta));
      const reply = await stream.finalResponse();
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      expect(reply.usage).toMatchObject(usage);
    }));

  test('call a tool', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const request = { model: MODEL, input: SCRIPT.weather.ask, tools: [weatherTool] };
      const reply = await client().responses.create(request);
      expect(reply.output).toContainEqual(expect.objectContaining(askedTool));
    }));

  test('call a tool in a stream', () =>
    call(MODEL, CHAT_TOKENS, async () => {
      const request = { model: MODEL, input: SCRIPT.weather.ask, tools: [weatherTool] };
      const reply = await client().responses.stream(request).finalResponse();
      expect(reply.output).toContainEqual(expect.objectContaining(askedTool));
    }));
}

function mediaScenarios(client: Client, call: Call): void {
  test('embeds', () =>
    // The stand-in counts no tokens of an embedding and says so with zeros.
    call('text-embedding-3-small', { in: 0, out: null }, async () => {
      const request = {
        model: 'text-embedding-3-small',
        input: SCRIPT.embedding.ask,
        encoding_format: 'float',
      } as const;
      const reply = await client().embeddings.create(request);
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
}

function errorScenarios(client: Client, target: () => Target): void {
  test.each(FAILURES)("$status arrives as the package's own error", ({ status, message, type }) =>
    logged(target(), { provider: 'openai', model: MODEL, status, tokens: UNKNOWN_TOKENS }, async () => {
      const messages = [{ role: 'user' as const, content: askToFail(status) }];
      const error = await rejection(client().chat.completions.create({ model: MODEL, messages }));
      expect(error).toBeInstanceOf(ERROR_CLASSES[status as keyof typeof ERROR_CLASSES]);
      expect(error).toMatchObject({ status, error: { message, type } });
    }),
  );

  test('429 in place of a stream arrives as the same error', () =>
    logged(target(), { provider: 'openai', model: MODEL, status: 429, tokens: UNKNOWN_TOKENS }, async () => {
      const messages = [{ role: 'user' as const, content: askToFail(429) }];
      const error = await rejection(client().chat.completions.create({ model: MODEL, messages, stream: true }));
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    }));
}
