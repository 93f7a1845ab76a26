import { GatewayError, type Plugin } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import {
  answered,
  CHAT,
  chatEvents,
  completion,
  eventStream,
  json,
  pieces,
  type Question,
  repeats,
  seen,
  start,
} from './__fixtures__/start.ts';

const OFF = { settings: { cacheTtl: 0 } };

describe('a repeated call', () => {
  test('is answered from the store with the same bytes, status and headers, and goes nowhere', async () => {
    const { ask, sent, settled } = start();
    const first = await ask();
    await settled();
    const second = await ask();
    expect(sent).toHaveLength(1);
    expect(second.status).toBe(200);
    expect(await second.text()).toBe(await first.text());
    expect(first.headers.get('cf-aig-cache-status')).toBe('MISS');
    expect(second.headers.get('cf-aig-cache-status')).toBe('HIT');
    expect(second.headers.get('cf-aig-cache-entry')).toBe(first.headers.get('cf-aig-cache-entry'));
    expect(second.headers.get('content-type')).toBe('application/json');
    expect(second.headers.get('x-request-id')).toBe('req_1');
  });

  test('is told nothing of the moment in which the first one was answered', async () => {
    const { ask, settled } = start();
    expect((await ask()).headers.get('x-ratelimit-remaining-requests')).toBe('9');
    await settled();
    expect((await ask()).headers.get('x-ratelimit-remaining-requests')).toBeNull();
  });

  test('ends as an answer of the cache, with what the answer says about itself and no attempt', async () => {
    const gateway = start();
    expect(await repeats(gateway, {})).toBe(true);
    const outcome = gateway.outcomes.at(-1);
    expect(outcome).toMatchObject({ success: true, attempts: [] });
    expect(outcome?.reply.source).toBe('cache');
    expect(outcome?.facts.usage).toMatchObject({ inputTokens: 5, outputTokens: 3 });
  });

  test('right behind the first is a hit too, before the answer lies in the store', async () => {
    const { ask, sent } = start();
    const first = await seen(ask());
    const second = await seen(ask());
    expect(second).toEqual({ status: 'HIT', text: first.text });
    expect(sent).toHaveLength(1);
  });
});

describe('how long', () => {
  test('an answer is served as long as the gateway says, and no longer', async () => {
    const { ask, clock, settled } = start();
    await ask();
    await settled();
    clock.advance(99);
    expect((await seen(ask())).status).toBe('HIT');
    clock.advance(1);
    expect((await seen(ask())).status).toBe('MISS');
  });

  test.each<[string, string, object, number]>([
    ['cf-aig-cache-ttl turns it on', '120', OFF, 120],
    ['cf-aig-cache-ttl beats the gateway', '200', {}, 200],
    ['less than a minute becomes a minute', '5', OFF, 60],
    ['more than a month becomes a month', '99999999', OFF, 2_592_000],
    ['the older name counts too', 'older', OFF, 120],
  ])('%s', async (_, ttl, options, seconds) => {
    const { ask, clock, settled } = start(answered(), options);
    const headers = ttl === 'older' ? { 'cf-cache-ttl': '120' } : { 'cf-aig-cache-ttl': ttl };
    await ask({ headers });
    await settled();
    clock.advance(seconds - 1);
    expect((await seen(ask({ headers }))).status).toBe('HIT');
    clock.advance(1);
    expect((await seen(ask({ headers }))).status).toBe('MISS');
  });

  test.each(['abc', '-5', '1.5', '', '1e3'])('a cf-aig-cache-ttl of "%s" counts as none', async (ttl) => {
    const headers = { 'cf-aig-cache-ttl': ttl };
    expect(await repeats(start(), { headers })).toBe(true);
    expect((await seen(start(answered(), OFF).ask({ headers }))).status).toBeNull();
  });

  test('a gateway whose lifetime is 0 keeps nothing and says nothing of a cache', async () => {
    const { ask, sent } = start(answered(), OFF);
    expect((await seen(ask())).status).toBeNull();
    expect((await seen(ask())).status).toBeNull();
    expect(sent).toHaveLength(2);
  });

  test('cf-aig-cache-ttl: 0 turns it off for the call, whatever else it says', async () => {
    const { ask, sent } = start();
    for (const headers of [{ 'cf-aig-cache-ttl': '0' }, { 'cf-aig-cache-ttl': '0', 'cf-aig-cache-key': 'mine' }]) {
      expect((await seen(ask({ headers }))).status).toBeNull();
      expect((await seen(ask({ headers }))).status).toBeNull();
    }
    expect(sent).toHaveLength(4);
  });
});

describe('cf-aig-skip-cache', () => {
  test.each(['cf-aig-skip-cache', 'cf-skip-cache'])(
    '%s goes upstream, and its answer takes the place of the old one',
    async (name) => {
      const { ask, settled } = start();
      await ask();
      await settled();
      expect(await seen(ask({ headers: { [name]: 'True' } }))).toMatchObject({
        status: 'MISS',
        text: expect.stringContaining('answer 2'),
      });
      await settled();
      expect(await seen(ask())).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 2') });
    },
  );

  test('anything but true is no wish', async () => {
    const headers = { 'cf-aig-skip-cache': 'false' };
    expect(await repeats(start(), { headers })).toBe(true);
  });
});

describe('cf-aig-cache-key', () => {
  const headers = { 'cf-aig-cache-key': 'greeting' };
  const other: Question = { headers, body: { ...CHAT, messages: [] } };

  test('turns the cache on for 300 seconds where nobody says how long', async () => {
    const { ask, clock, settled } = start(answered(), OFF);
    await ask({ headers });
    await settled();
    clock.advance(299);
    expect((await seen(ask({ headers }))).status).toBe('HIT');
    clock.advance(1);
    expect((await seen(ask({ headers }))).status).toBe('MISS');
  });

  test('lives as long as the call or the gateway says', async () => {
    const own = start(answered(), OFF);
    const question = { headers: { ...headers, 'cf-aig-cache-ttl': '60' } };
    await (await own.ask(question)).text();
    await own.settled();
    own.clock.advance(60);
    expect((await seen(own.ask(question))).status).toBe('MISS');
    const gateways = start();
    await (await gateways.ask({ headers })).text();
    await gateways.settled();
    gateways.clock.advance(100);
    expect((await seen(gateways.ask({ headers }))).status).toBe('MISS');
  });

  test('stands for body, model and headers', async () => {
    expect(await repeats(start(), { headers }, other)).toBe(true);
    expect(await repeats(start(), { headers }, { headers: { ...headers, 'openai-organization': 'org-1' } })).toBe(true);
    expect(await repeats(start(), { headers }, { headers: { 'cf-aig-cache-key': 'other' } })).toBe(false);
  });

  test('a key does not meet a call without one', async () => {
    expect(await repeats(start(), {}, { headers })).toBe(false);
    expect(await repeats(start(), { headers }, {})).toBe(false);
  });

  test.each<[string, Question]>([
    ['credential', { key: 'Bearer sk-test-2' }],
    ['credential at all', { key: undefined }],
    ['account', { account: 'other' }],
    ['gateway', { gateway: 'other' }],
    ['provider', { path: 'groq/chat/completions' }],
    ['protocol', { path: 'openai/embeddings' }],
    ['query', { path: 'openai/chat/completions?key=sk-test-2' }],
  ])('another %s is another answer', async (_, change) => {
    expect(await repeats(start(), { headers }, { headers, ...change })).toBe(false);
  });

  test('two languages that know no stream stay apart too', async () => {
    const body = { input: 'a' };
    const gateway = start((_, count) => json({ data: [], results: [], count }));
    expect(
      await repeats(
        gateway,
        { headers, body, path: 'openai/embeddings' },
        { headers, body, path: 'openai/moderations' },
      ),
    ).toBe(false);
  });

  test('another stored credential is another answer', async () => {
    const alias = { ...headers, 'cf-aig-byok-alias': 'team-b' };
    expect(await repeats(start(), { key: undefined, headers }, { key: undefined, headers: alias })).toBe(false);
    expect(await repeats(start(), { key: undefined, headers: alias })).toBe(true);
  });
});

describe('what is never kept', () => {
  test.each<[string, object, object?]>([
    ['an error', { status: 500 }],
    ['an error of the client', { status: 400 }],
    ['a success of another status', { status: 202 }],
    ['an encoded answer', { headers: { 'content-type': 'application/json', 'content-encoding': 'zstd' } }],
  ])('%s', async (_, init) => {
    expect(
      await repeats(
        start((_, count) => json(completion(`answer ${count}`), init)),
        {},
      ),
    ).toBe(false);
  });

  test.each<[string, object]>([
    ['an error inside a 200', { error: { message: 'no', code: 502 } }],
    ['no choices', { choices: [] }],
    ['an answer cut by its token limit', completion('cut', { finish_reason: 'length' })],
    ['a filtered answer', completion('', { finish_reason: 'content_filter' })],
    ['an answer without an end', completion('half', { finish_reason: null })],
    ['a call of a tool', completion(null, { finish_reason: 'tool_calls' })],
  ])('%s', async (_, body) => {
    expect(
      await repeats(
        start(() => json(body)),
        {},
      ),
    ).toBe(false);
  });

  test('half a body', async () => {
    expect(
      await repeats(
        start(() => json('{"choices":[')),
        {},
      ),
    ).toBe(false);
  });

  const call = { id: 'call_1', type: 'function', function: { name: 'pay', arguments: '{}' } };
  const withTools = { body: { ...CHAT, tools: [{ type: 'function', function: { name: 'pay' } }] } };

  test('a call of a tool that the vendor was forced to make, which it calls a stop', async () => {
    const forced = completion(null, { message: { role: 'assistant', content: null, tool_calls: [call] } });
    expect(
      await repeats(
        start(() => json(forced)),
        withTools,
      ),
    ).toBe(false);
  });

  test('but words are kept where tools were offered, also words about calls of tools', async () => {
    expect(
      await repeats(
        start(() => json(completion('{"tool_calls":[{"id":1}],"type":"tool_use"}'))),
        withTools,
      ),
    ).toBe(true);
  });

  test('several choices of which the second is cut', async () => {
    const body = { ...CHAT, n: 2 };
    const choice = (index: number, finish_reason: string) => ({
      index,
      message: { role: 'assistant', content: 'a' },
      finish_reason,
    });
    const both = (second: string) => ({ ...completion(''), choices: [choice(0, 'stop'), choice(1, second)] });
    expect(
      await repeats(
        start(() => json(both('length'))),
        { body },
      ),
    ).toBe(false);
    expect(
      await repeats(
        start(() => json(both('stop'))),
        { body },
      ),
    ).toBe(true);
  });

  test('what a plugin further out has refused', async () => {
    for (const refuse of [refusal, rewriting]) {
      const { ask, sent, settled } = start(answered(), { plugins: [refuse] });
      await ask();
      await settled();
      await ask();
      expect(sent).toHaveLength(2);
    }
  });

  test('a call that failed before an answer came', async () => {
    const gateway = start((_, count) => {
      if (count === 1) throw new Error('unreachable');
      return json(completion('fine'));
    });
    expect(await repeats(gateway, {})).toBe(false);
    expect((await seen(gateway.ask())).status).toBe('HIT');
  });
});

const refusal: Plugin = {
  name: 'refusal',
  stage: 'guard',
  setup: () => ({
    async handle(_, next) {
      await next();
      throw new GatewayError('unauthorized', 'The answer is refused.');
    },
  }),
};

const rewriting: Plugin = {
  name: 'rewriting',
  stage: 'guard',
  setup: () => ({
    async handle(_, next) {
      await next();
      return { type: 'bytes', status: 200, headers: {}, source: 'gateway', body: new Uint8Array(2) };
    },
  }),
};

describe('which calls', () => {
  test.each<[string, string, object, object]>([
    ['embeddings', 'openai/embeddings', { model: 'm', input: 'a' }, { model: 'm', data: [{ embedding: [1] }] }],
    ['pictures', 'openai/images/generations', { model: 'm', prompt: 'a' }, { data: [{ b64_json: 'aa' }] }],
    ['moderations', 'openai/moderations', { input: 'a' }, { results: [] }],
    [
      'text completions',
      'openai/completions',
      { model: 'm', prompt: 'a' },
      { choices: [{ text: 'b', finish_reason: 'stop' }] },
    ],
    [
      'responses',
      'openai/responses',
      { model: 'm', input: 'a' },
      { object: 'response', status: 'completed', output: [] },
    ],
    ['rankings', 'cohere/v2/rerank', { model: 'm', query: 'a' }, { results: [] }],
  ])('%s are kept', async (_, path, body, answer) => {
    expect(
      await repeats(
        start(() => json(answer)),
        { path, body },
      ),
    ).toBe(true);
  });

  test.each<[string, Question]>([
    ['speech', { path: 'openai/audio/speech', body: { model: 'm', input: 'a', voice: 'b' } }],
    ['a path that nobody reads', { path: 'openai/fine_tuning/jobs' }],
    ['counting tokens', { path: 'anthropic/v1/messages/count_tokens' }],
    ['a call without a body', { path: 'openai/models', method: 'GET' }],
    [
      'a response made in the background',
      { path: 'openai/responses', body: { model: 'm', input: 'a', background: true } },
    ],
    [
      'a response in a conversation',
      { path: 'openai/responses', body: { model: 'm', input: 'a', conversation: 'conv_1' } },
    ],
  ])('%s is not, and says nothing of a cache', async (_, question) => {
    const { ask, sent, settled } = start(() => json({ object: 'response', status: 'completed', output: [] }));
    for (let count = 1; count <= 2; count++) {
      expect((await seen(ask(question))).status).toBeNull();
      await settled();
      expect(sent).toHaveLength(count);
    }
  });

  test('a request of 25 MB is, one byte more is not', async () => {
    const body = (length: number) => {
      const start = '{"model":"m","messages":[],"user":"';
      return `${start}${'a'.repeat(length - start.length - 2)}"}`;
    };
    const limits = { maxRequestBytes: 30 * 1024 * 1024 };
    expect(await repeats(start(answered(), { limits }), { body: body(25 * 1024 * 1024) })).toBe(true);
    expect(await repeats(start(answered(), { limits }), { body: body(25 * 1024 * 1024 + 1) })).toBe(false);
  });

  test('streams are not where the gateway says so', async () => {
    const events = chatEvents(['a']);
    const question = { body: { ...CHAT, stream: true } };
    const send = () => eventStream(events);
    expect(await repeats(start(send, { settings: { traffic: { cache: { streams: false } } } }), question)).toBe(false);
    expect(await repeats(start(send), question)).toBe(true);
  });

  test('a picture that comes as bytes is kept as they are', async () => {
    const body = new Uint8Array([0x89, 0x50, 0, 255]);
    const send = () => ({
      status: 200,
      headers: { 'content-type': 'image/png' },
      body: { ...pieces(), read: once(body) },
    });
    const { ask, sent, settled } = start(send);
    const question = { path: 'google-vertex-ai/v1/projects/p/locations/l/publishers/google/models/imagen-x:predict' };
    await (await ask(question)).arrayBuffer();
    await settled();
    const again = await ask(question);
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(body);
    expect(again.headers.get('content-type')).toBe('image/png');
    expect(sent).toHaveLength(1);
  });
});

describe('a chain of steps', () => {
  test('each step has a place of its own, and the one that answered is found again', async () => {
    const gateway = start(
      (request, count) =>
        request.url.includes('openai.com') ? json('{}', { status: 500 }) : json(completion(`answer ${count}`)),
      {
        plugins: [chain],
      },
    );
    const first = await gateway.ask();
    await gateway.settled();
    expect(first.headers.get('cf-aig-cache-status')).toBe('MISS');
    expect(gateway.sent).toHaveLength(2);
    const second = await gateway.ask();
    expect(second.headers.get('cf-aig-cache-status')).toBe('HIT');
    expect(second.headers.get('cf-aig-step')).toBe('1');
    expect(await second.text()).toContain('answer 2');
    expect(gateway.sent).toHaveLength(3);
  });

  test('a step that turns the cache off says nothing of it', async () => {
    const { ask } = start((_, count) => (count === 1 ? json('{}', { status: 500 }) : json(completion('fine'))), {
      plugins: [uncached],
    });
    expect((await seen(ask())).status).toBeNull();
  });
});

/** As the plugin for fallbacks does it: another try, elsewhere. */
const chain: Plugin = {
  name: 'chain',
  stage: 'step',
  setup: ({ locate }) => ({
    async handle(call, next) {
      const reply = await next();
      if (reply.status < 500) return reply;
      const request = { method: call.method, path: 'chat/completions', query: '', headers: call.headers };
      return next({ ...(await locate('groq', request, call.account)), step: 1 });
    },
  }),
};

const uncached: Plugin = {
  name: 'uncached',
  stage: 'step',
  setup: () => ({
    async handle(call, next) {
      const reply = await next();
      return reply.status < 500 ? reply : next({ step: 1, options: new Map([...call.options, ['cache-ttl', '0']]) });
    },
  }),
};

function once(bytes: Uint8Array<ArrayBuffer>): () => Promise<Uint8Array<ArrayBuffer> | undefined> {
  const queue = [bytes];
  return () => Promise.resolve(queue.shift());
}
