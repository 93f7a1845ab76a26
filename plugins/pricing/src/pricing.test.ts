import { UNKNOWN_USAGE, type Usage } from '@sluice/core';
import { anthropicMessages, gemini, openaiChat } from '@sluice/protocols';
import { describe, expect, test, vi } from 'vitest';
import { type Ended, priced, saved } from './__fixtures__/priced.ts';
import { Named, readStreamed, readWhole } from './__fixtures__/read.ts';
import { pricing } from './index.ts';

const usage = (known: Partial<Usage>): Usage => ({ ...UNKNOWN_USAGE, ...known });

/** 100 tokens in, of which 60 were cached and 10 written, and 20 out. */
const USAGE = usage({ inputTokens: 100, outputTokens: 20, cacheReadTokens: 60, cacheWriteTokens: 10 });

const gpt4o = (known: Partial<Usage>): Ended => ({
  provider: 'openai',
  model: 'gpt-4o',
  facts: { usage: usage(known) },
});

describe('which price applies', () => {
  const ended: Ended = {
    provider: 'openrouter',
    model: 'openai/gpt-4o',
    facts: { usage: usage({ inputTokens: 10, outputTokens: 10, reportedCost: 0.0001 }) },
  };
  const prices = { 'openrouter/openai/gpt-4o': { input: 1, output: 1 } };
  const customCost = '{"per_token_in":0.001,"per_token_out":0.002}';

  test('a cached answer is free, whatever anybody says it costs', () => {
    expect(priced({ ...ended, source: 'cache', customCost }, { prices })).toEqual({ nanos: 0, custom: false });
  });

  test('a cached answer saves what it would have cost, by the same rules', () => {
    const source = 'cache';
    expect(saved({ ...ended, source, customCost }, { prices })).toBe(30_000_000);
    expect(saved({ ...ended, source, customCost: '{"total_cost":0.5}' })).toBe(500_000_000);
    expect(saved({ ...ended, source }, { prices })).toBe(20_000);
    expect(saved({ ...ended, source, provider: 'nobody', facts: {} })).toBeNull();
    expect(saved(ended, { prices })).toBeUndefined();
  });

  test('the client’s custom cost goes before the operator’s price', () => {
    expect(priced({ ...ended, customCost }, { prices })).toEqual({ nanos: 30_000_000, custom: true });
  });

  test('the operator’s price goes before the vendor’s bill', () => {
    expect(priced(ended, { prices })).toEqual({ nanos: 20_000, custom: false });
  });

  test('the vendor’s bill goes before the published price', () => {
    expect(priced(ended)).toEqual({ nanos: 100_000, custom: false });
  });

  test('the published price applies when nobody says otherwise', () => {
    const plain = { ...ended, facts: { usage: usage({ inputTokens: 10, outputTokens: 10 }) } };
    expect(priced(plain)).toEqual({ nanos: 125_000, custom: false });
  });

  test('the vendor’s bill stands in for a price that nobody published', () => {
    expect(priced({ ...ended, provider: 'custom-acme' })?.nanos).toBe(100_000);
  });

  test('the model that answered is priced, not the one asked for', () => {
    const facts = { usage: usage({ inputTokens: 10, outputTokens: 10 }), model: 'gpt-4o-mini-2024-07-18' };
    expect(priced({ provider: 'openai', model: 'gpt-4o', facts })?.nanos).toBe(7_500);
  });

  test('a model nobody priced falls back to the one asked for', () => {
    const facts = { usage: usage({ inputTokens: 10, outputTokens: 10 }), model: 'served-under-another-name' };
    expect(priced({ provider: 'openai', model: 'gpt-4o', facts })?.nanos).toBe(125_000);
  });

  test('the provider that answered is priced after a fallback', () => {
    const facts = { usage: usage({ inputTokens: 100, outputTokens: 0 }), model: 'llama-3.1-8b-instant' };
    expect(priced({ provider: 'openai', answeredBy: 'groq', facts })?.nanos).toBe(5_000);
  });

  test('a price for a model goes before one for all models of its provider', () => {
    const own = { 'ollama/*': { input: 1 }, 'ollama/big': { input: 5 } };
    const facts = { usage: usage({ inputTokens: 1_000_000, outputTokens: 0 }) };
    expect(priced({ provider: 'ollama', model: 'big', facts }, { prices: own })?.nanos).toBe(5_000_000_000);
    expect(priced({ provider: 'ollama', model: 'small', facts }, { prices: own })?.nanos).toBe(1_000_000_000);
  });
});

describe('cf-aig-custom-cost', () => {
  const cost = (customCost: string, ended: Partial<Ended> = {}) =>
    priced({ provider: 'ollama', facts: { usage: USAGE }, customCost, ...ended });

  test('prices cached tokens like other input unless they have a rate of their own', () => {
    expect(cost('{"per_token_in":0.001,"per_token_out":0.002}')).toEqual({ nanos: 140_000_000, custom: true });
  });

  test('prices cache reads and writes apart, and no token twice', () => {
    const header = {
      per_token_in: 0.001,
      per_token_out: 0.002,
      per_cache_read_token: 0.0001,
      per_cache_write_token: 0.00125,
    };
    // 30 × 0.001 + 60 × 0.0001 + 10 × 0.00125 + 20 × 0.002.
    expect(cost(JSON.stringify(header))).toEqual({ nanos: 88_500_000, custom: true });
  });

  test('prices the other cache rate like input when only one is given', () => {
    // 40 × 0.001 + 60 × 0.0001.
    expect(cost('{"per_token_in":0.001,"per_token_out":0,"per_cache_read_token":0.0001}')?.nanos).toBe(46_000_000);
  });

  test('takes the whole sum as it is, without any usage', () => {
    expect(cost('{"total_cost":0.25,"per_token_in":9}')).toEqual({ nanos: 250_000_000, custom: true });
    expect(cost('{"total_cost":0.25}', { facts: {} })).toEqual({ nanos: 250_000_000, custom: true });
  });

  test('charges no whole sum for an answer that failed or came from the gateway', () => {
    expect(cost('{"total_cost":0.25}', { status: 500 })?.nanos).toBeNull();
    expect(cost('{"total_cost":0.25}', { source: 'gateway' })?.nanos).toBeNull();
  });

  test('keeps every digit of a tiny rate', () => {
    expect(cost('{"per_token_in":1e-11,"per_token_out":0.00000000001}')?.nanos).toBe(1);
    expect(cost('{"per_token_in":0.0000000123,"per_token_out":0}')?.nanos).toBe(1_230);
  });

  test('stays unknown when the usage is', () => {
    expect(cost('{"per_token_in":0.001}', { facts: {} })).toEqual({ nanos: null, custom: true });
  });

  test.each([
    '',
    'free',
    '{"per_token_in":',
    'null',
    '[]',
    '0.5',
    '{}',
    '{"per_token":1}',
    '{"per_token_in":"0.001"}',
    '{"per_token_in":-1}',
    '{"per_token_in":null}',
    '{"per_token_in":1e999}',
    '{"per_token_in":0.001,"per_token_out":"x"}',
    '{"total_cost":-0.1}',
  ])('is ignored when it says %j', (header) => {
    expect(cost(header)).toEqual({ nanos: null, custom: false });
    expect(priced({ ...gpt4o({ inputTokens: 10, outputTokens: 10 }), customCost: header })).toEqual({
      nanos: 125_000,
      custom: false,
    });
  });
});

describe('unknown is null and never 0', () => {
  test.each([
    ['no usage at all', { provider: 'openai', model: 'gpt-4o' }],
    ['a model without a price', { provider: 'openai', model: 'no-such-model', facts: { usage: USAGE } }],
    ['a vendor without prices', { provider: 'custom-acme', model: 'gpt-4o', facts: { usage: USAGE } }],
    ['a self-hosted model', { provider: 'ollama', model: 'llama3.2', facts: { usage: USAGE } }],
    ['output missing', gpt4o({ inputTokens: 10 })],
    ['input missing', gpt4o({ outputTokens: 10 })],
    ['a gateway error', { provider: 'openai', model: 'gpt-4o', source: 'gateway', status: 502 }],
    ['a name from Object.prototype', { provider: 'constructor', model: '__proto__', facts: { usage: USAGE } }],
    ['hugging face without the vendor', { provider: 'huggingface', model: 'org/model', facts: { usage: USAGE } }],
  ] as const)('%s', (_, ended) => {
    expect(priced(ended)).toEqual({ nanos: null, custom: false });
  });

  test('a sum beyond what a number counts exactly is unknown', () => {
    const facts = { usage: USAGE };
    expect(priced({ provider: 'x', facts, customCost: '{"per_token_in":1e300}' })).toEqual({
      nanos: null,
      custom: true,
    });
  });

  test('a known zero is 0', () => {
    expect(priced(gpt4o({ inputTokens: 0, outputTokens: 0 }))?.nanos).toBe(0);
    expect(
      priced({ provider: 'ollama', model: 'm', facts: { usage: USAGE } }, { prices: { 'ollama/*': { input: 0 } } })
        ?.nanos,
    ).toBe(0);
  });
});

test('an answer that broke off is priced by what is known of it', () => {
  expect(priced({ ...gpt4o({ inputTokens: 10 }), partial: true })?.nanos).toBe(25_000);
  expect(priced({ ...gpt4o({}), partial: true })?.nanos).toBeNull();
  expect(priced({ provider: 'openai', model: 'gpt-4o', partial: true })?.nanos).toBeNull();
});

test('parts that exceed their whole never cost more than the whole', () => {
  const lie = { inputTokens: 10, outputTokens: 10, cacheReadTokens: 50, inputAudioTokens: 50, reasoningTokens: 99 };
  expect(priced(gpt4o(lie))?.nanos).toBe(10 * 1_250 + 10 * 10_000);
});

test('a vendor that bills other tokens than it counts gives no cache discount on the billed ones', () => {
  const billed = { inputTokens: 20, outputTokens: 15 };
  const facts = { usage: usage({ inputTokens: 900, outputTokens: 40, cacheReadTokens: 512, billed }) };
  const prices = { 'cohere/*': { input: 2, output: 10, cacheRead: 0.1 } };
  expect(priced({ provider: 'cohere', facts }, { prices })?.nanos).toBe(20 * 2_000 + 15 * 10_000);
});

test('half a nano-dollar is rounded up, once, at the end', () => {
  const facts = (input: number) => ({ usage: usage({ inputTokens: input, outputTokens: 0 }) });
  const prices = { 'ollama/*': { input: 0.0005 } };
  expect(priced({ provider: 'ollama', facts: facts(1) }, { prices })?.nanos).toBe(1);
  expect(priced({ provider: 'ollama', facts: facts(3) }, { prices })?.nanos).toBe(2);
  expect(priced({ provider: 'ollama', facts: facts(4) }, { prices })?.nanos).toBe(2);
});

test('floating point loses nothing: a billion tokens cost what one costs, a billion times', () => {
  const prices = { 'ollama/*': { input: 0.1, output: 0.7, cacheRead: 0.003625 } };
  const facts = {
    usage: usage({ inputTokens: 3_000_000_000, outputTokens: 1_000_000_000, cacheReadTokens: 1_000_000_000 }),
  };
  // 2e9 × 0.1 + 1e9 × 0.003625 + 1e9 × 0.7 dollars a million.
  expect(priced({ provider: 'ollama', facts }, { prices })?.nanos).toBe(903_625_000_000);
});

test('an operator’s price that is no number of dollars is refused at start', () => {
  expect(() => pricing({ prices: { 'openai/x': { input: -1 } } })).toThrow(/openai\/x\.input is -1/);
  expect(() => pricing({ prices: { 'openai/x': { output: Number.NaN } } })).toThrow(/openai\/x\.output/);
  expect(() => pricing({ prices: { 'openai/x': { units: { seconds: Number.POSITIVE_INFINITY } } } })).toThrow(
    /openai\/x\.units\.seconds/,
  );
});

test('operator prices per call and per unit count too', () => {
  const facts = { usage: usage({ units: { images: 2, seconds: 1.5 } }) };
  const prices = { 'bfl/*': { request: 0.01, units: { images: 0.04 } } };
  expect(priced({ provider: 'bfl', facts }, { prices })?.nanos).toBe(90_000_000);
});

test('a price of a certain time applies to calls of that time', () => {
  const facts = { usage: usage({ inputTokens: 300_000, outputTokens: 0 }), model: 'claude-sonnet-4-6' };
  const on = (at: number) => priced({ provider: 'anthropic', facts, at })?.nanos;
  // Long prompts cost twice as much until 13 March 2026.
  expect(on(Date.UTC(2026, 1, 1))).toBe(1_800_000_000);
  expect(on(Date.UTC(2026, 5, 1))).toBe(900_000_000);
});

test('prices come with the package: nothing is fetched', () => {
  const fetch = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'));
  try {
    expect(priced(gpt4o({ inputTokens: 1, outputTokens: 1 }))?.nanos).toBe(12_500);
    expect(fetch).not.toHaveBeenCalled();
  } finally {
    fetch.mockRestore();
  }
});

test('the plugin stands innermost, so that a log’s end hook finds the cost', () => {
  expect(pricing()).toMatchObject({ name: 'pricing', stage: 'attempt' });
});

describe('the same usage costs the same, streamed or not', () => {
  const random = generator(11);
  const count = (below: number): number => random(below);

  test('openai chat', () => {
    for (let round = 0; round < 300; round++) {
      const prompt_tokens = count(300_000);
      const completion_tokens = count(50_000);
      const stated = {
        prompt_tokens,
        completion_tokens,
        prompt_tokens_details: { cached_tokens: count(prompt_tokens + 1), audio_tokens: count(prompt_tokens + 1) },
        completion_tokens_details: { reasoning_tokens: count(completion_tokens + 1) },
      };
      const protocol = openaiChat();
      const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }];
      const whole = readWhole(protocol, { model: 'gpt-audio', choices: [], usage: stated });
      const streamed = readStreamed(protocol, 'text/event-stream', [
        { model: 'gpt-audio', choices },
        { model: 'gpt-audio', choices: [], usage: stated },
        '[DONE]',
      ]);
      const ended = { provider: 'openai', model: 'gpt-audio' };
      const cost = priced({ ...ended, facts: whole });
      expect(cost?.nanos).toBeTypeOf('number');
      expect(priced({ ...ended, facts: streamed })).toEqual(cost);
    }
  });

  test('anthropic messages', () => {
    for (let round = 0; round < 300; round++) {
      const write = count(10_000);
      const input = {
        input_tokens: count(300_000),
        cache_read_input_tokens: count(100_000),
        cache_creation_input_tokens: write,
        cache_creation: { ephemeral_1h_input_tokens: count(write + 1) },
      };
      const output = { output_tokens: count(64_000) };
      const model = 'claude-sonnet-4-5';
      const whole = readWhole(anthropicMessages, { type: 'message', model, usage: { ...input, ...output } });
      const streamed = readStreamed(anthropicMessages, 'text/event-stream', [
        new Named('message_start', {
          type: 'message_start',
          message: { model, usage: { ...input, output_tokens: 1 } },
        }),
        new Named('message_delta', { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: output }),
        new Named('message_stop', { type: 'message_stop' }),
      ]);
      const cost = priced({ provider: 'anthropic', facts: whole });
      expect(cost?.nanos).toBeTypeOf('number');
      expect(priced({ provider: 'anthropic', facts: streamed })).toEqual(cost);
    }
  });

  test('gemini', () => {
    for (let round = 0; round < 300; round++) {
      const promptTokenCount = count(400_000);
      const usageMetadata = {
        promptTokenCount,
        cachedContentTokenCount: count(promptTokenCount + 1),
        candidatesTokenCount: 1 + count(9_000),
        thoughtsTokenCount: count(9_000),
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: count(promptTokenCount + 1) }],
      };
      const chunk = { candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] };
      const modelVersion = 'gemini-2.5-pro';
      const whole = readWhole(gemini, { ...chunk, usageMetadata, modelVersion });
      const streamed = readStreamed(gemini, 'text/event-stream', [
        { ...chunk, modelVersion, usageMetadata: { promptTokenCount: 1 } },
        { ...chunk, modelVersion, usageMetadata },
      ]);
      const cost = priced({ provider: 'google-ai-studio', facts: whole });
      expect(cost?.nanos).toBeTypeOf('number');
      expect(priced({ provider: 'google-ai-studio', facts: streamed })).toEqual(cost);
    }
  });
});

/** A small linear congruential generator: the same numbers every time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
