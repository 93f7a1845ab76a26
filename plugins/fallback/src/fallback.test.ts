import {
  type ByteSource,
  type Call,
  createGateway,
  type Gateway,
  GatewayError,
  type GatewayOptions,
  type Outcome,
  type Plugin,
  type Provider,
  TransportError,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { afterEach, describe, expect, test } from 'vitest';
import { anthropicMessages, gemini, openaiChat } from '../../../packages/protocols/src/index.ts';
import { type FallbackOptions, fallback } from './index.ts';

describe('the gateway’s own address', () => {
  test('takes an array of steps, with and without a slash at its end', async () => {
    for (const path of ['/v1/acme/prod', '/v1/acme/prod/']) {
      const { ask, sent } = start([json({ ok: true })]);
      const answer = await ask([step('a')], { path });
      expect(await answer.json()).toEqual({ ok: true });
      expect(answer.headers.get('cf-aig-step')).toBe('0');
      expect(sent[0]).toMatchObject({ method: 'POST', url: 'https://a.test/chat/completions?v=1' });
      expect(bodyOf(sent[0])).toBe('{"model":"model-a","messages":[]}');
    }
  });

  test('takes one step without the array', async () => {
    const { ask, sent } = start([json({ ok: true })]);
    expect((await ask(step('a'))).status).toBe(200);
    expect(sent).toHaveLength(1);
  });

  test('sends a text as it is, and no body where there is none', async () => {
    const { ask, sent } = start([json({}), json({})]);
    await ask({ ...step('a'), query: { _raw: 'a=b&c' } });
    await ask({ provider: 'a', endpoint: 'batches/1/cancel' });
    expect(sent.map(bodyOf)).toEqual(['a=b&c', undefined]);
  });

  test('an empty array is refused in the shape that clients know', async () => {
    const { ask } = start([]);
    const answer = await ask([]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ success: false, error: [{ code: 2102 }], name: 'AiGatewayError' });
  });

  test('an unknown provider in the second step is told before the first is sent', async () => {
    const { ask, sent } = start([json({})]);
    const answer = await ask([step('a'), { ...step('b'), provider: 'bb' }]);
    const { internalCode, message } = (await answer.json()) as { internalCode: number; message: string };
    expect(internalCode).toBe(2008);
    expect(message).toContain('steps[1].provider: there is no provider "bb". Did you mean b?');
    expect(sent).toHaveLength(0);
  });

  test('a path that leads nowhere is told with its step', async () => {
    const { ask } = start([json({})]);
    const answer = await ask([step('a'), { ...step('b'), endpoint: 'nowhere' }]);
    expect(await answer.text()).toContain('steps[1].endpoint: no such path');
  });

  test('any method but POST is told the way', async () => {
    const { ask } = start([]);
    const answer = await ask(undefined, { method: 'GET' });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('Send POST with an array of steps');
  });

  test('other calls pass untouched', async () => {
    const { ask, sent } = start([json({}, 503)]);
    const answer = await ask([step('a')], { path: '/v1/acme/prod/b/chat/completions' });
    expect(answer.status).toBe(503);
    expect(bodyOf(sent[0])).toBe(JSON.stringify([step('a')]));
  });
});

describe('when a step fails, the next one answers', () => {
  test.each<[string, Script]>([
    ['429', json({ error: { message: 'Slow down.' } }, 429)],
    ['500', json({}, 500)],
    ['401', json({ error: { message: 'Wrong key.', code: 'invalid_api_key' } }, 401)],
    ['404', json({}, 404)],
    ['no connection', new TransportError('unreachable', 'refused')],
    ['no answer in time', new TransportError('timeout', 'no byte in 50 ms')],
    ['a reset before the first byte', new TransportError('interrupted', 'reset')],
    ['a whole answer that breaks off', { ...json({}), body: broken('{"cho') }],
    ['an error under a good status', json({ error: { message: 'Busy.', code: 'overloaded' } })],
    ['a stream that begins with an error', stream('data: {"error":{"message":"Busy.","code":500}}\n\n')],
    ['a stream that breaks off before its first event', { ...stream(), body: broken(': hi\n\n') }],
    ['a stream that ends before its first event', stream(': hi\n\n')],
  ])('after %s', async (_, failure) => {
    const { ask, sent } = start([failure, json({ by: 'b' })]);
    const answer = await ask([step('a'), step('b')]);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"by":"b"}');
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect(sent.map(({ url }) => new URL(url).host)).toEqual(['a.test', 'b.test']);
  });

  test('after a stream that begins with life and then an error, which is cancelled', async () => {
    const frames = [
      'event: message_start\ndata: {"type":"message_start","message":{"model":"m"}}\n\n',
      'event: ping\ndata: {"type":"ping"}\n\n',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Busy."}}\n\n',
    ];
    const failing = stream(...frames);
    const { ask } = start([failing, json({ by: 'b' })]);
    const answer = await ask([step('claude'), step('b')]);
    expect(await answer.text()).toBe('{"by":"b"}');
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect(failing.cancelled).toBe(true);
  });

  test('and who answered, and how the others went, stands in the headers and in the outcome', async () => {
    const { ask, ended } = start([json({}, 503), new TransportError('unreachable', 'refused'), json({})]);
    const answer = await ask([step('a'), step('b'), step('claude')]);
    expect(answer.headers.get('cf-aig-provider')).toBe('claude');
    expect(answer.headers.get('cf-aig-model')).toBe('model-claude');
    expect(answer.headers.get('cf-aig-attempts')).toBe(
      'a/model-a 503, b/model-b upstream_unreachable, claude/model-claude 200',
    );
    const { call, outcome } = await ended;
    expect(call).toMatchObject({ step: 2, provider: { id: 'claude' }, path: 'messages' });
    expect(call.json()).toEqual({ model: 'model-claude', messages: [] });
    expect(outcome.attempts.map((each) => [each.step, each.model, each.status, each.error?.code])).toEqual([
      [0, 'model-a', 503, undefined],
      [1, 'model-b', null, 'upstream_unreachable'],
      [2, 'model-claude', 200, undefined],
    ]);
  });

  test('a step that was given up before it was sent is told with its reason', async () => {
    const { ask, ended } = start([json({ by: 'b' })], { plugins: [refusing('a', 'circuit_open')] });
    const answer = await ask([step('a'), step('b')]);
    expect(answer.headers.get('cf-aig-attempts')).toBe('a/model-a circuit_open, b/model-b 200');
    expect((await ended).outcome.attempts[0]).toMatchObject({ provider: 'a', step: 0, status: null });
  });

  test('a step that a cache answers is named all the same', async () => {
    const body = new TextEncoder().encode('kept');
    const kept: Plugin = {
      name: 'kept',
      stage: 'cache',
      setup: () => ({
        handle: (call, next) =>
          call.provider.id === 'b' ? { type: 'bytes', status: 200, headers: {}, source: 'cache', body } : next(),
      }),
    };
    const { ask, ended } = start([json({}, 503)], { plugins: [kept] });
    const answer = await ask([step('a'), step('b')]);
    expect(await answer.text()).toBe('kept');
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect((await ended).call.provider.id).toBe('b');
  });
});

describe('when no step answers', () => {
  test('the last answer is told as it came', async () => {
    const { ask, sent } = start([json({ a: 1 }, 500), json({ b: 1 }, 429)]);
    const answer = await ask([step('a'), step('b')]);
    expect(answer.status).toBe(429);
    expect(await answer.text()).toBe('{"b":1}');
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect(sent).toHaveLength(2);
  });

  test('an upstream that can’t be reached keeps its status and code', async () => {
    const { ask } = start([json({}, 500), new TransportError('unreachable', 'refused')]);
    const answer = await ask([step('a'), step('b')]);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ internalCode: 2005 });
    expect(answer.headers.get('cf-aig-step')).toBe('1');
  });

  test('a stream that begins with an error is told as it came', async () => {
    const frame = 'data: {"error":{"message":"Busy.","code":500}}\n\n';
    const { ask } = start([json({}, 500), stream(frame)]);
    expect(await (await ask([step('a'), step('b')])).text()).toBe(frame);
  });

  test.each(['circuit_open', 'credential_required', 'unknown_credential'] as const)(
    'a vendor’s answer says more than %s of a step that was never sent',
    async (code) => {
      const { ask } = start([json({ a: 1 }, 500)], { plugins: [refusing('b', code)] });
      const answer = await ask([step('a'), step('b')]);
      expect(answer.status).toBe(500);
      expect(await answer.text()).toBe('{"a":1}');
      expect(answer.headers.get('cf-aig-step')).toBe('0');
    },
  );

  test('and none was sent, the last reason is told and the call is one of a step', async () => {
    const plugins = [refusing('a', 'circuit_open'), refusing('b', 'credential_required')];
    const { ask, ended } = start([], { plugins });
    expect(await (await ask([step('a'), step('b')])).json()).toMatchObject({ internalCode: 2109 });
    expect((await ended).call.provider.id).toBe('a');
  });
});

describe('what another step can’t make good', () => {
  test.each<[string, string, object, number]>([
    ['OpenAI', 'a', { error: { code: 'content_policy_violation', message: 'Rejected.' } }, 400],
    [
      'Azure',
      'a',
      {
        error: {
          code: 'content_filter',
          message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          status: 400,
          innererror: { code: 'ResponsibleAIPolicyViolation' },
        },
      },
      400,
    ],
    [
      'Anthropic',
      'claude',
      {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'Output blocked by content filtering policy' },
      },
      400,
    ],
    [
      'Google',
      'gemini',
      {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: "The prompt contains sensitive words that violate Google's Responsible AI practices.",
        },
      },
      400,
    ],
    ['xAI', 'a', { code: 'permission', error: 'Content violates usage guidelines. Failed check: BIO' }, 403],
    ['DeepSeek', 'a', { error: { message: 'Content Exists Risk', type: 'invalid_request_error' } }, 400],
    ['a path that nobody reads', 'plain', { error: { code: 'content_policy_violation' } }, 400],
  ])('a refusal of %s is returned as it is', async (_, provider, body, status) => {
    const { ask, sent } = start([json(body, status), json({})]);
    const answer = await ask([step(provider), step('b')]);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual(body);
    expect(sent).toHaveLength(1);
  });

  test('a refusal that a stream begins with is returned as it is', async () => {
    const frame = 'data: {"error":{"message":"Filtered.","code":"content_filter"}}\n\n';
    const { ask, sent } = start([stream(frame), json({})]);
    expect(await (await ask([step('a'), step('b')])).text()).toBe(frame);
    expect(sent).toHaveLength(1);
  });

  test('a refusal within a good answer is an answer', async () => {
    const refused = { choices: [{ message: { refusal: 'I can’t.' }, finish_reason: 'content_filter' }] };
    const { ask, sent } = start([json(refused), json({})]);
    expect(await (await ask([step('a'), step('b')])).json()).toEqual(refused);
    expect(sent).toHaveLength(1);
  });

  test('once content has come a stream is never replaced', async () => {
    const chunk = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';
    const { ask, sent } = start([{ ...stream(), body: broken(chunk) }, json({ by: 'b' })]);
    const answer = await ask([step('a', { stream: true }), step('b')]);
    const text = await answer.text();
    expect(text.startsWith(chunk)).toBe(true);
    expect(text).toContain('upstream_interrupted');
    expect(answer.headers.get('cf-aig-step')).toBe('0');
    expect(sent).toHaveLength(1);
  });

  test('when the client leaves, no further step is sent', async () => {
    const leaving = new AbortController();
    const leave = (): UpstreamReply => {
      leaving.abort();
      return json({}, 503);
    };
    const { ask, sent, ended } = start([leave, json({})]);
    await ask([step('a'), step('b')], { signal: leaving.signal });
    const { outcome } = await ended;
    expect(outcome).toMatchObject({ abandoned: true, error: { code: 'client_closed' } });
    expect(sent).toHaveLength(1);
  });

  test('no step begins when the time for all tries is over', async () => {
    let now = 1_000;
    const late = (): UpstreamReply => {
      now += 500;
      return json({ a: 1 }, 503);
    };
    const { ask, sent } = start([late, json({})], {
      runtime: { now: () => now },
      settings: { gateway: (account, id) => ({ ...OPEN, account, id, traffic: { retry: { maxTotalMs: 500 } } }) },
    });
    expect((await ask([step('a'), step('b')])).status).toBe(503);
    expect(sent).toHaveLength(1);
  });

  test('no step begins when as many were asked as there may be tries', async () => {
    const settings = {
      gateway: (account: string, id: string) => ({ ...OPEN, account, id, traffic: { retry: { maxTotalAttempts: 2 } } }),
    };
    const { ask, sent } = start([json({}, 500), json({}, 503), json({})], { settings });
    expect((await ask([step('a'), step('b'), step('claude')])).status).toBe(503);
    expect(sent).toHaveLength(2);
  });

  test('a failure of the gateway’s own is told, not hidden behind another vendor', async () => {
    const faulty: Plugin = {
      name: 'faulty',
      stage: 'route',
      setup: () => ({
        handle: () => {
          throw new Error('a bug');
        },
      }),
    };
    const reports: string[] = [];
    const { ask } = start([json({})], { plugins: [faulty], report: (problem) => reports.push(problem) });
    expect((await ask([step('a'), step('b')])).status).toBe(500);
    expect(reports).toHaveLength(1);
  });

  test('a request that the transport can’t send is reported, and the next step is taken', async () => {
    const reports: string[] = [];
    const { ask } = start([new TypeError('bad header'), json({})], { report: (problem) => reports.push(problem) });
    expect((await ask([step('a'), step('b')])).status).toBe(200);
    expect(reports).toHaveLength(1);
  });
});

describe('a request that is too long', () => {
  const sayings: [string, string, object][] = [
    ['OpenAI', 'a', { error: { code: 'context_length_exceeded', message: 'Too long.' } }],
    [
      'Anthropic',
      'claude',
      { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 9 > 8' } },
    ],
    [
      'Google',
      'gemini',
      {
        error: {
          status: 'INVALID_ARGUMENT',
          message: 'The input token count (9) exceeds the maximum number of tokens allowed (8).',
        },
      },
    ],
    ['a path that nobody reads', 'plain', { message: 'Input is too long for requested model.' }],
  ];

  test.each(sayings)('for %s is not sent to the same model elsewhere', async (_, provider, body) => {
    const { ask, sent } = start([json(body, 400), json({})]);
    const same = { ...step('b'), query: { model: `model-${provider}` } };
    const answer = await ask([step(provider), provider === 'plain' ? step('plain') : same]);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(body);
    expect(sent).toHaveLength(1);
  });

  test('is sent to another model of which nobody knows how much it takes', async () => {
    const { ask } = start([json(...TOO_LONG), json({ by: 'b' })]);
    expect((await ask([step('a'), step('b')])).status).toBe(200);
  });

  test('is sent only to a model known to take more', async () => {
    const windows: Record<string, number> = { 'a/model-a': 8, 'b/model-b': 8, 'claude/model-claude': 200 };
    const contextWindow = (provider: string, model: string) => windows[`${provider}/${model}`];
    const { ask, sent } = start([json(...TOO_LONG), json({ by: 'claude' })], { contextWindow });
    const answer = await ask([step('a'), step('b'), step('claude')]);
    expect(await answer.text()).toBe('{"by":"claude"}');
    expect(answer.headers.get('cf-aig-step')).toBe('2');
    expect(sent).toHaveLength(2);
  });

  test('stays too long for a small model when a larger one in between fails for another reason', async () => {
    const windows: Record<string, number> = { 'a/model-a': 8, 'b/model-b': 200, 'claude/model-claude': 4 };
    const contextWindow = (provider: string, model: string) => windows[`${provider}/${model}`];
    const { ask, sent } = start([json(...TOO_LONG), json({}, 503)], { contextWindow });
    expect((await ask([step('a'), step('b'), step('claude')])).status).toBe(503);
    expect(sent).toHaveLength(2);
  });

  test('makes the last step that it may fit the last one', async () => {
    const seen: boolean[] = [];
    const windows: Record<string, number> = { 'a/model-a': 8, 'b/model-b': 200, 'claude/model-claude': 4 };
    const contextWindow = (provider: string, model: string) => windows[`${provider}/${model}`];
    const { ask } = start([json(...TOO_LONG), json({})], { contextWindow, plugins: [rescuability(seen)] });
    await ask([step('a'), step('b'), step('claude')]);
    expect(seen).toEqual([true, false]);
  });

  test('is told from a rate of tokens by its status', async () => {
    const { ask } = start([json({ error: { message: 'Too many tokens, wait.' } }, 429), json({})], {
      contextWindow: () => 8,
    });
    expect((await ask([step('a'), step('b')])).status).toBe(200);
  });
});

describe('headers', () => {
  test('those of the step reach the upstream, unknown ones and numbers too; those of the call do not', async () => {
    const { ask, sent } = start([json({})]);
    const headers = { 'X-Unknown': 'Ä b', 'x-number': 7, 'x-flag': true, authorization: 'Bearer sk-test-1' };
    const outer = {
      'cf-aig-authorization': 'Bearer token-test',
      authorization: 'Bearer token-test',
      'cf-aig-metadata': '{"a":1}',
      'x-outer': '1',
      'user-agent': 'client/1',
    };
    await ask([{ ...step('a'), headers: { ...headers, 'cf-aig-cache-ttl': '60' } }], { headers: outer });
    expect(sent[0]?.headers).toEqual({
      'x-unknown': 'Ä b',
      'x-number': '7',
      'x-flag': 'true',
      authorization: 'Bearer sk-test-1',
      'content-type': 'application/json',
      'user-agent': 'client/1',
      'accept-encoding': 'identity',
    });
  });

  test('a step that names its own client keeps it', async () => {
    const { ask, sent } = start([json({})]);
    await ask([{ ...step('a'), headers: { 'User-Agent': 'sdk/2' } }], { headers: { 'user-agent': 'client/1' } });
    expect(sent[0]?.headers['user-agent']).toBe('sdk/2');
  });

  test('the step’s config beats its headers, and they beat the call’s', async () => {
    const seen: (string | undefined)[][] = [];
    const names = ['max-attempts', 'cache-ttl', 'event-id', 'authorization', 'request-timeout'];
    const look: Plugin = {
      name: 'look',
      stage: 'route',
      setup: () => ({
        handle(call, next) {
          seen.push(names.map((name) => call.options.get(name)));
          return next();
        },
      }),
    };
    const { ask } = start([json({}, 500), json({})], { plugins: [look] });
    const own = { 'cf-aig-max-attempts': '2', 'cf-aig-cache-ttl': '60', 'cf-aig-authorization': 'Bearer other-test' };
    const answer = await ask(
      [{ ...step('a'), headers: own, config: { maxAttempts: 3, requestTimeout: 50 } }, step('b')],
      {
        headers: { 'cf-aig-max-attempts': '1', 'cf-aig-event-id': 'mine', 'cf-aig-authorization': 'Bearer token-test' },
      },
    );
    expect(seen).toEqual([
      ['3', '60', 'mine', 'Bearer token-test', '50'],
      ['1', undefined, 'mine', 'Bearer token-test', undefined],
    ]);
    expect(answer.headers.get('cf-aig-event-id')).toBe('mine');
  });

  test('a copy of the gateway token in a step of an authenticated gateway does not leak to the vendor', async () => {
    const settings = { gateway: (account: string, id: string) => ({ ...OPEN, account, id, authentication: true }) };
    const { ask, sent } = start([json({})], { settings });
    const headers = { authorization: 'Bearer token-test', 'x-api-key': 'token-test', 'x-goog-api-key': 'sk-test-1' };
    await ask([{ ...step('a'), headers }], { headers: { 'cf-aig-authorization': 'Bearer token-test' } });
    expect(JSON.stringify(sent[0]?.headers)).not.toContain('token-test');
    expect(sent[0]?.headers['x-goog-api-key']).toBe('sk-test-1');
  });

  test('a gateway token in the place of a credential does not leak, whatever brought the call in', async () => {
    const { ask, sent } = start([json({}, 500), json({})], { isGatewayToken: async (text) => text === 'token-test' });
    const first = { ...step('a'), headers: { authorization: 'Bearer token-test' } };
    const second = { ...step('claude'), headers: { 'x-api-key': 'token-test', authorization: 'Bearer sk-test-1' } };
    expect((await ask([first, second])).status).toBe(200);
    expect(sent).toHaveLength(2);
    expect(JSON.stringify(sent.map(({ headers }) => headers))).not.toContain('token-test');
    expect(sent[1]?.headers.authorization).toBe('Bearer sk-test-1');
  });

  test('where nobody can say what a credential is it goes to the vendor', async () => {
    const { ask, sent } = start([json({})], { isGatewayToken: () => Promise.reject(new Error('away')) });
    await ask([{ ...step('a'), headers: { authorization: 'Bearer sk-test-1' } }]);
    expect(sent[0]?.headers.authorization).toBe('Bearer sk-test-1');
  });

  test('only steps with another behind them can be made good', async () => {
    const seen: boolean[] = [];
    const { ask } = start([json({}, 500), json({})], { plugins: [rescuability(seen)] });
    await ask([step('a'), step('b')]);
    expect(seen).toEqual([true, false]);
  });
});

type Script = UpstreamReply | Error | (() => UpstreamReply);

const OPEN = { authentication: false, collectLogs: true };
const TOO_LONG: [object, number] = [{ error: { code: 'context_length_exceeded', message: 'Too long.' } }, 400];

const open: Gateway[] = [];

afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close(0);
});

interface StartOptions extends Omit<Partial<GatewayOptions>, 'runtime'>, FallbackOptions {
  readonly runtime?: { now(): number };
}

/** A gateway whose upstreams answer from a list, one entry for each request. */
function start(
  scripts: readonly Script[],
  { plugins = [], contextWindow, isGatewayToken, runtime, ...options }: StartOptions = {},
) {
  const sent: UpstreamRequest[] = [];
  const send = async (request: UpstreamRequest): Promise<UpstreamReply> => {
    const script = scripts[sent.push(request) - 1];
    if (script === undefined) throw new Error('Nobody expected this request.');
    if (script instanceof Error) throw script;
    return typeof script === 'function' ? script() : script;
  };
  const { promise: ended, resolve } = Promise.withResolvers<{ call: Call; outcome: Outcome }>();
  const watch: Plugin = {
    name: 'watch',
    stage: 'observe',
    setup: () => ({ end: (call, outcome) => resolve({ call, outcome }) }),
  };
  const gateway = createGateway({
    providers: ['a', 'b', 'claude', 'gemini', 'plain'].map(provider),
    runtime: { ...webRuntime({ transport: { send } }), ...runtime },
    plugins: [
      watch,
      fallback({ ...(contextWindow && { contextWindow }), ...(isGatewayToken && { isGatewayToken }) }),
      ...plugins,
    ],
    ...options,
  });
  open.push(gateway);
  const ask = (body: unknown, { path = '/v1/acme/prod', ...init }: RequestInit & { path?: string } = {}) =>
    gateway.fetch(
      new Request(`http://gateway.test${path}`, {
        method: 'POST',
        ...init,
        body: body === undefined ? null : JSON.stringify(body),
      }),
    );
  return { ask, sent, ended };
}

const PROTOCOLS = { claude: anthropicMessages, gemini, plain: undefined };

function provider(id: string): Provider {
  const protocol = id in PROTOCOLS ? PROTOCOLS[id as keyof typeof PROTOCOLS] : openaiChat();
  return {
    id,
    baseUrl: `https://${id}.test`,
    credentialHeaders: [id === 'claude' ? 'x-api-key' : 'authorization'],
    resolve: ({ path, query }, { baseUrl }) => {
      if (path === 'nowhere') throw new GatewayError('invalid_path', 'no such path. Use another.');
      return { url: `${baseUrl}/${path}${query}`, path, protocol };
    },
  };
}

function step(id: string, query: object = {}) {
  const endpoint =
    id === 'claude' ? 'messages' : id === 'gemini' ? 'models/model-gemini:generateContent' : 'chat/completions?v=1';
  return { provider: id, endpoint, query: { model: `model-${id}`, messages: [], ...query } };
}

/** Notes of each try whether its failure can still be made good. */
function rescuability(seen: boolean[]): Plugin {
  return {
    name: 'rescuability',
    stage: 'attempt',
    setup: () => ({
      handle(call, next) {
        seen.push(call.rescuable);
        return next();
      },
    }),
  };
}

function refusing(id: string, code: 'circuit_open' | 'credential_required' | 'unknown_credential'): Plugin {
  return {
    name: `refusing-${id}`,
    stage: 'route',
    setup: () => ({
      handle(call, next) {
        if (call.provider.id === id) throw new GatewayError(code, 'not now. Wait.');
        return next();
      },
    }),
  };
}

function json(body: object, status = 200): UpstreamReply {
  return { status, headers: { 'content-type': 'application/json' }, body: pieces(JSON.stringify(body)) };
}

function stream(...frames: string[]): UpstreamReply & { readonly cancelled: boolean } {
  const source = pieces(...frames);
  const state = { cancelled: false };
  const cancel = () => {
    state.cancelled = true;
  };
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: { ...source, cancel },
    get cancelled() {
      return state.cancelled;
    },
  };
}

function pieces(...texts: string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => {} };
}

/** Some bytes, then the connection breaks. */
function broken(text: string): ByteSource {
  const first = pieces(text);
  const read = async () => {
    const piece = await first.read();
    if (piece === undefined) throw new TransportError('interrupted', 'reset');
    return piece;
  };
  return { ...first, read };
}

function bodyOf(request: UpstreamRequest | undefined): string | undefined {
  return request?.body ? new TextDecoder().decode(request.body) : undefined;
}
