import { APICallError, generateText, streamText } from 'ai';
import {
  AiGatewayDoesNotExist,
  type AiGatewayOptions,
  AiGatewayUnauthorizedError,
  createAiGateway,
} from 'ai-gateway-provider';
import { createAnthropic } from 'ai-gateway-provider/providers/anthropic';
import { createOpenAI } from 'ai-gateway-provider/providers/openai';
import { describe, expect, test, vi } from 'vitest';
import { redirected } from './ai-gateway-provider-host.ts';
import type { RunningGateway } from './gateway.ts';
import { fetchLogRow, type LogRow } from './log-row.ts';
import { createGateway, manage } from './manage.ts';

import { rejection } from './scenario.ts';
import { askToFail, CHAT_TOKENS, OUT_OF_ORDER, SCRIPT } from './script.ts';
import { witness } from './witness.ts';

/** What users of `ai-gateway-provider` and the Vercel AI SDK do: models in a row, the first that answers counts. */
export function aiGatewayProviderScenarios(running: () => RunningGateway): void {
  const wrap = (options: AiGatewayOptions = {}, gateway = 'default', apiKey?: string) =>
    createAiGateway({ accountId: 'default', gateway, options, ...(apiKey !== undefined && { apiKey }) });

  /** Runs a call of the package, which must be the only one, and hands over the headers that it saw. */
  const send = async <T>(call: () => Promise<T>): Promise<{ result: T; headers: Headers }> => {
    const { result, replies } = await redirected(running().url, () => witness(call));
    expect(replies.map(({ origin }) => origin)).toEqual([running().url]);
    return { result, headers: replies[0]?.headers ?? new Headers() };
  };

  const rowOf = (headers: Headers): Promise<LogRow> => fetchLogRow(running(), headers.get('cf-aig-log-id') ?? '');

  describe('ai-gateway-provider', () => {
    test('one model answers', async () => {
      const { result, headers } = await send(() => generateText({ model: wrap()(gpt()), ...GREETING }));
      expect(result.text).toBe(SCRIPT.greeting.answer);
      expect(result.usage).toMatchObject({ inputTokens: CHAT_TOKENS.in, outputTokens: CHAT_TOKENS.out });
      expect(headers.get('cf-aig-step')).toBe('0');
    });

    test.each([
      ['OpenAI fails, Anthropic answers', () => [gpt(OUT_OF_ORDER), sonnet()], 'anthropic'],
      ['Anthropic fails, OpenAI answers', () => [sonnet(OUT_OF_ORDER), gpt()], 'openai'],
    ])('%s', async (_, models, provider) => {
      const { result, headers } = await send(() => generateText({ model: wrap()(models()), ...GREETING }));
      expect(result.text).toBe(SCRIPT.greeting.answer);
      expect(headers.get('cf-aig-step')).toBe('1');
      const tokens = { tokens_in: CHAT_TOKENS.in, tokens_out: CHAT_TOKENS.out };
      expect(await rowOf(headers)).toMatchObject({ provider, success: true, step: 1, ...tokens });
    });

    test('streams the answer of the second model', async () => {
      const pieces: string[] = [];
      const { headers } = await send(async () => {
        const { textStream } = streamText({ model: wrap()([gpt(OUT_OF_ORDER), sonnet()]), ...GREETING });
        for await (const piece of textStream) pieces.push(piece);
      });
      expect(pieces.length).toBeGreaterThan(1);
      expect(pieces.join('')).toBe(SCRIPT.greeting.answer);
      expect(headers.get('cf-aig-step')).toBe('1');
      expect(headers.get('content-type')).toContain('text/event-stream');
    });

    test("when all fail it reads the last one's error", async () => {
      const model = wrap()([gpt(OUT_OF_ORDER), sonnet()]);
      const { result } = await send(() => rejection(generateText({ model, prompt: askToFail(500), maxRetries: 0 })));
      expect(result).toBeInstanceOf(APICallError);
      expect(result).toMatchObject({ statusCode: 500, message: 'The server had an error.' });
    });

    test('the cache answers the second of two same calls, as the model that answered the first', async () => {
      const model = () => wrap({ cacheTtl: 120, cacheKey: 'of-two-vendors' })([gpt(OUT_OF_ORDER), sonnet()]);
      const call = () => send(() => generateText({ model: model(), ...GREETING }));
      expect((await call()).headers.get('cf-aig-cache-status')).toBe('MISS');
      // Answers are put into the cache behind the answer.
      const hit = await vi.waitFor(
        async () => {
          const answer = await call();
          expect(answer.headers.get('cf-aig-cache-status')).toBe('HIT');
          return answer;
        },
        { timeout: 10_000, interval: 50 },
      );
      expect(hit.result.text).toBe(SCRIPT.greeting.answer);
      expect(hit.headers.get('cf-aig-step')).toBe('1');
      expect(await rowOf(hit.headers)).toMatchObject({ cached: true, cost: 0, provider: 'anthropic' });
    });

    test('metadata and the event id are in the row', async () => {
      const metadata = { team: 'search', user: 7, internal: true };
      const model = wrap({ metadata, eventId: 'event-of-mine' })([gpt(OUT_OF_ORDER), sonnet()]);
      const { headers } = await send(() => generateText({ model, ...GREETING }));
      expect(headers.get('cf-aig-event-id')).toBe('event-of-mine');
      expect(await rowOf(headers)).toMatchObject({ metadata, event_id: 'event-of-mine' });
    });

    test('retries are those it asked for', async () => {
      const retries = { maxAttempts: 3, retryDelayMs: 1, backoff: 'constant' } as const;
      // A model of its own, whose circuit nobody has opened before.
      const model = wrap({ retries })([gpt(`${OUT_OF_ORDER}-thrice`), sonnet()]);
      const { headers } = await send(() => generateText({ model, ...GREETING }));
      const tries = [503, 503, 503, 200].map((status_code, index) => ({ status_code, step: index === 3 ? 1 : 0 }));
      expect(await rowOf(headers)).toMatchObject({ attempts: tries });
    });

    test('collectLog: false leaves no row', async () => {
      const { headers } = await send(() => generateText({ model: wrap({ collectLog: false })(gpt()), ...GREETING }));
      expect(headers.has('cf-aig-log-id')).toBe(false);
    });

    test('an unknown gateway is its own error', async () => {
      const model = wrap({}, 'nowhere')(gpt());
      const { result } = await send(() => rejection(generateText({ model, ...GREETING })));
      expect(result).toBeInstanceOf(AiGatewayDoesNotExist);
    });

    test('an authenticated gateway lets its token in, and another or none is its own error', async () => {
      await createGateway(running(), { id: 'ai-guarded', authentication: true });
      const token = { name: 'ai-gateway-provider', kind: 'gateway', gateway_id: 'ai-guarded' };
      const { value } = await manage<{ value: string }>(running(), 'POST', 'tokens', token);
      const greet = (apiKey?: string) => generateText({ model: wrap({}, 'ai-guarded', apiKey)(gpt()), ...GREETING });
      expect((await send(() => greet(value))).result.text).toBe(SCRIPT.greeting.answer);
      const refused = [await send(() => rejection(greet('sk-test-wrong'))), await send(() => rejection(greet()))];
      for (const { result } of refused) expect(result).toBeInstanceOf(AiGatewayUnauthorizedError);
    });

    test('with a stored key it needs none of the vendor', async () => {
      await createGateway(running(), { id: 'ai-stored', byok_only: true });
      const model = wrap({}, 'ai-stored')(createOpenAI().chat(GPT));
      expect((await send(() => rejection(generateText({ model, ...GREETING })))).result).toBeInstanceOf(APICallError);
      const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored' };
      await manage(running(), 'POST', 'gateways/ai-stored/provider_configs', key);
      expect((await send(() => generateText({ model, ...GREETING }))).result.text).toBe(SCRIPT.greeting.answer);
    });
  });
}

const GPT = 'gpt-4o-mini';
const SONNET = 'claude-sonnet-5';
const GREETING = { prompt: SCRIPT.greeting.ask, maxRetries: 0 };

// The package writes into the models that it is given, so each call has its own.
function gpt(model: string = GPT) {
  return createOpenAI({ apiKey: 'sk-test-openai' }).chat(model);
}

function sonnet(model: string = SONNET) {
  return createAnthropic({ apiKey: 'sk-test-anthropic' })(model);
}
