import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type ByteSource,
  type Call,
  createGateway,
  GatewayError,
  type Outcome,
  type Plugin,
  stateKey,
  TransportError,
} from '../index.ts';
import { closeAll, delayed, handler, json, pieces, start, stuck, UUID_V7, watcher } from './test-gateway.ts';

afterEach(closeAll);

describe('the way in', () => {
  test('path, query and percent-encoding reach the provider as they came', async () => {
    const { ask, sent } = start();
    await ask('/v1/acc/gw/echo/model/a%3Ab%2Fc/x@y?q=%20&r=1');
    expect(sent[0]?.url).toBe('https://echo.test/model/a%3Ab%2Fc/x@y?q=%20&r=1');
  });

  test('a request body reaches the upstream byte for byte', async () => {
    const { ask, sent } = start();
    await ask('/v1/acc/gw/echo/chat', { method: 'POST', body: '{ "b":1,  "a":2 }' });
    expect(new TextDecoder().decode(sent[0]?.body ?? undefined)).toBe('{ "b":1,  "a":2 }');
  });

  test('hop-by-hop, edge and cf-aig headers stay out, all others go on', async () => {
    const { ask, sent } = start();
    const headers = {
      authorization: 'Bearer sk-test-1',
      'x-unknown': 'kept',
      connection: 'close, x-hop',
      'x-hop': 'gone',
      te: 'trailers',
      'x-forwarded-for': '1.2.3.4',
      'cf-ray': 'gone',
      'cf-aig-metadata': '{}',
      cookie: 'gone',
    };
    await ask('/v1/acc/gw/echo/chat', { headers });
    expect(sent[0]?.headers).toEqual({
      authorization: 'Bearer sk-test-1',
      'x-unknown': 'kept',
      'accept-encoding': 'identity',
    });
  });

  test.each([
    ['/v1/acc/gw', 404, 2103],
    ['/elsewhere', 404, 2103],
    ['/v1/acc/gw/nobody/chat', 400, 2008],
    ['/v1/acc/unknown/echo/chat', 400, 2001],
  ])('%s is answered %i with code %i in the published shape', async (path, status, code) => {
    const { ask } = start({
      settings: {
        gateway: (account, id) => (id === 'gw' ? { account, id, authentication: false, collectLogs: true } : undefined),
      },
    });
    const response = await ask(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      success: false,
      result: [],
      messages: [],
      error: [{ code, message: expect.any(String) }],
      name: 'AiGatewayError',
      httpCode: status,
      internalCode: code,
    });
    expect(response.headers.get('cf-aig-request-id')).toMatch(UUID_V7);
  });

  test('an unknown provider is told which ones are near', async () => {
    const { ask } = start();
    expect(await (await ask('/v1/acc/gw/echos/chat')).text()).toContain('Did you mean echo?');
  });

  test('a gateway can be mounted below another path', async () => {
    const { ask, sent } = start({ basePath: '/ai/v1' });
    await ask('/ai/v1/acc/gw/echo/chat');
    expect(sent[0]?.url).toBe('https://echo.test/chat');
  });

  test("an operator's address takes the place of the provider's own", async () => {
    const { ask, sent } = start({ baseUrls: { echo: 'http://127.0.0.1:9/base/' } });
    await ask('/v1/acc/gw/echo/chat');
    expect(sent[0]?.url).toBe('http://127.0.0.1:9/base/chat');
  });

  test.each([
    ['an announced length', 'too long'],
    ['no announced length', new Blob([new Uint8Array(9)]).stream()],
  ])('a body past the limit is 413 and still ends in the log, with %s', async (_, body) => {
    const ended: Outcome[] = [];
    const { ask, sent } = start({
      limits: { maxRequestBytes: 4 },
      plugins: [watcher((_call, outcome) => ended.push(outcome))],
    });
    const response = await ask('/v1/acc/gw/echo/chat', { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.text()).toContain('4 bytes');
    expect(sent).toHaveLength(0);
    await vi.waitFor(() => expect(ended).toMatchObject([{ status: 413, success: false }]));
  });

  test.each([
    ['{"a":"x","b":1,"c":true}', { a: 'x', b: 1, c: true }],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', { a: 1, b: 2, c: 3, d: 4, e: 5 }],
    ['{"cf.user_id":"x","a":1}', { a: 1 }],
    ['{"a":{"nested":1},"b":2}', null],
    ['{"a":null}', null],
    ['{"a":1e999}', null],
    ['[1]', null],
    ['{broken', null],
    ['{"team":"caf\u00e9"}', { team: 'café' }],
    // The bytes of UTF-8, which is what most clients send, as a header's text has them.
    [String.fromCharCode(...new TextEncoder().encode('{"team":"caf\u00e9 \u65e5\u672c"}')), { team: 'café 日本' }],
  ])('metadata %s reads as %j and never fails the call', async (header, expected) => {
    const calls: Call[] = [];
    const { ask } = start({
      plugins: [
        handler('guard', (call, next) => {
          calls.push(call);
          return next();
        }),
      ],
    });
    expect((await ask('/v1/acc/gw/echo/chat', { headers: { 'cf-aig-metadata': header } })).status).toBe(200);
    expect(calls[0]?.metadata).toEqual(expected);
  });
});

describe('the way out', () => {
  test('every answer carries its ids, and the caller’s event id comes back', async () => {
    const { ask } = start();
    const plain = await ask('/v1/acc/gw/echo/chat');
    expect(plain.headers.get('cf-aig-request-id')).toMatch(UUID_V7);
    expect(plain.headers.get('cf-aig-event-id')).toBe(plain.headers.get('cf-aig-request-id'));
    expect(plain.headers.get('cf-aig-step')).toBe('0');
    const named = await ask('/v1/acc/gw/echo/chat', { headers: { 'cf-aig-event-id': 'mine' } });
    expect(named.headers.get('cf-aig-event-id')).toBe('mine');
  });

  test("a vendor's own error passes through with status, headers and body", async () => {
    const { ask } = start({}, () => ({ ...json('{"error":"no"}'), status: 418, headers: { 'x-vendor': 'yes' } }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, response.headers.get('x-vendor'), await response.text()]).toEqual([
      418,
      'yes',
      '{"error":"no"}',
    ]);
  });

  test('hop-by-hop headers and cookies of the upstream do not reach the client', async () => {
    const headers = {
      connection: 'x-hop',
      'x-hop': '1',
      'set-cookie': 'a=b',
      'keep-alive': '1',
      'x-request-id': 'kept',
    };
    const { ask } = start({}, () => ({ ...json('{}'), headers }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([...response.headers.keys()].filter((name) => !name.startsWith('cf-aig-'))).toEqual(['x-request-id']);
  });

  test.each([
    ['unreachable', 502, 2005],
    ['timeout', 504, 2005],
    ['interrupted', 502, 2005],
  ] as const)('an upstream that is %s is answered %i with code %i', async (kind, status, code) => {
    const { ask } = start({}, () => {
      throw new TransportError(kind, 'as the test wants');
    });
    const response = await ask('/v1/acc/gw/echo/chat');
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: [{ code, message: expect.stringContaining('echo') }] });
  });

  test("compat 'strict' answers with the published status and text alone", async () => {
    const { ask } = start({ compat: 'strict' }, () => {
      throw new TransportError('unreachable', 'as the test wants');
    });
    const response = await ask('/v1/acc/gw/echo/chat');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: 'Failed to get response from provider' });
  });

  test('an unforeseen failure is a 500 that keeps its cause to the operator', async () => {
    const reports: unknown[][] = [];
    const { ask } = start({
      report: (...told) => reports.push(told),
      plugins: [
        handler('guard', () => {
          throw new Error('sk-test-secret');
        }),
      ],
    });
    const response = await ask('/v1/acc/gw/echo/chat');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('sk-test-secret');
    expect(String(reports[0]?.[1])).toContain('sk-test-secret');
  });

  test('a body that ends before its announced length is an error, not an answer', async () => {
    const { ask } = start({}, () => ({
      ...json('{"half":'),
      headers: { 'content-type': 'application/json', 'content-length': '99' },
    }));
    expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(502);
  });

  test('an answer that stalls in the middle of its body is 504', async () => {
    const { ask } = start({ limits: { idleTimeoutMs: 5 } }, () => ({ ...json(''), body: stuck('{"half":') }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect(response.status).toBe(504);
    expect(await response.text()).toContain('idleTimeoutMs');
  });

  test('an answer past the buffer limit is forwarded as it arrives, and whole', async () => {
    const { ask } = start({ limits: { maxBufferedReplyBytes: 4 } }, () => ({
      ...json(''),
      body: pieces('{"a":', '"long enough"}'),
    }));
    expect(await (await ask('/v1/acc/gw/echo/chat')).json()).toEqual({ a: 'long enough' });
  });

  test('white space that keeps a connection alive is passed on, not held back', async () => {
    const gate = Promise.withResolvers<void>();
    const body: ByteSource = delayed(pieces('\n', '{}'), [undefined, gate.promise]);
    const { ask } = start({}, () => ({ ...json(''), body }));
    const response = await ask('/v1/acc/gw/echo/chat');
    gate.resolve();
    expect(await response.json()).toEqual({});
  });

  test.each([
    ['https://echo.test/v2/x?y=1', '/v1/acc/gw/echo/v2/x?y=1'],
    ['/v2/x', '/v1/acc/gw/echo/v2/x'],
    ['https://elsewhere.test/file', 'https://elsewhere.test/file'],
    ['https://echo.test.evil/x', 'https://echo.test.evil/x'],
  ])('a redirect to %s is never followed and reaches the client as %s', async (location, expected) => {
    const { ask, sent } = start({}, () => ({ status: 307, headers: { location }, body: pieces() }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, response.headers.get('location'), sent.length]).toEqual([307, expected, 1]);
  });
});

describe('plugins', () => {
  test('stages run outermost first, and plugins of a stage in the order of the list', async () => {
    const order: string[] = [];
    const named = (name: string, stage: Plugin['stage']): Plugin => ({
      name,
      stage,
      setup: () => ({
        handle: async (_call, next) => {
          order.push(`> ${name}`);
          const reply = await next();
          order.push(`< ${name}`);
          return reply;
        },
        end: () => void order.push(`end ${name}`),
      }),
    });
    const { ask } = start({
      plugins: [named('c', 'attempt'), named('a', 'observe'), named('b1', 'guard'), named('b2', 'guard')],
    });
    await ask('/v1/acc/gw/echo/chat');
    await vi.waitFor(() => expect(order).toHaveLength(12));
    expect(order).toEqual([
      ...['> a', '> b1', '> b2', '> c', '< c', '< b2', '< b1', '< a'],
      ...['end c', 'end b2', 'end b1', 'end a'],
    ]);
  });

  test('a second next never sees the first one’s patch', async () => {
    const { ask, sent } = start({
      plugins: [
        handler('attempt', async (call, next) => {
          await next({ headers: { ...call.headers, 'x-try': '1' } });
          return next();
        }),
      ],
    });
    await ask('/v1/acc/gw/echo/chat');
    expect(sent.map((request) => request.headers['x-try'])).toEqual(['1', undefined]);
  });

  test('every try is named in the outcome', async () => {
    const ended: Outcome[] = [];
    const answers = [503, 200];
    const retry = handler('attempt', async (_call, next) => {
      await next();
      return next();
    });
    const { ask } = start({ plugins: [retry, watcher((_call, outcome) => ended.push(outcome))] }, () => ({
      ...json('{}'),
      status: answers.shift() ?? 200,
    }));
    await ask('/v1/acc/gw/echo/chat');
    await vi.waitFor(() => expect(ended[0]?.attempts.map((attempt) => attempt.status)).toEqual([503, 200]));
  });

  test('a plugin answers without asking the upstream', async () => {
    const { ask, sent } = start({
      plugins: [
        handler('cache', () => ({
          type: 'bytes',
          status: 203,
          headers: {},
          source: 'cache',
          body: new Uint8Array([65]),
        })),
      ],
    });
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, await response.text(), sent.length]).toEqual([203, 'A', 0]);
  });

  test('a refusal by a plugin reaches client and outcome, with the headers that plugins add', async () => {
    const ended: Outcome[] = [];
    const { ask } = start({
      plugins: [
        {
          name: 'mark',
          stage: 'observe',
          setup: () => ({ head: (_call, headers) => void Object.assign(headers, { 'x-mark': 'on' }) }),
        },
        watcher((_call, outcome) => ended.push(outcome)),
        handler('guard', () => {
          throw new GatewayError('unauthorized', 'send a token.');
        }),
      ],
    });
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, response.headers.get('x-mark')]).toEqual([401, 'on']);
    await vi.waitFor(() =>
      expect(ended).toMatchObject([{ status: 401, success: false, error: { code: 'unauthorized' } }]),
    );
  });

  test('what one plugin writes under a key, another reads', async () => {
    const key = stateKey<number>('test.count');
    const seen: unknown[] = [];
    const { ask } = start({
      plugins: [
        watcher((call) => seen.push(call.state.get(key), call.state.get(stateKey('test.count')))),
        handler('guard', (call, next) => {
          call.state.set(key, 7);
          return next();
        }),
      ],
    });
    await ask('/v1/acc/gw/echo/chat');
    await vi.waitFor(() => expect(seen).toEqual([7, undefined]));
  });

  test('a plugin that fails after the answer is reported and keeps nobody else from ending', async () => {
    const reports: string[] = [];
    const ended: Outcome[] = [];
    const failing: Plugin = {
      name: 'failing',
      stage: 'guard',
      setup: () => ({ end: () => Promise.reject(new Error('as the test wants')) }),
    };
    const { ask } = start({
      report: (problem) => reports.push(problem),
      plugins: [failing, watcher((_call, outcome) => ended.push(outcome))],
    });
    expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(200);
    await vi.waitFor(() => expect(ended).toHaveLength(1));
    expect(reports).toHaveLength(1);
  });

  test.each([
    [{ name: 'a', stage: 'guard', requires: ['b'], setup: () => ({}) }, 'Plugin "a" requires "b". Add it'],
    [{ name: 'a', stage: 'nowhere', setup: () => ({}) }, 'Stages are observe'],
  ])('a plugin list that cannot work is refused at start: %j', (plugin, message) => {
    expect(() => createGateway({ providers: [], plugins: [plugin as Plugin] })).toThrow(message);
  });

  test('close waits for calls under way, then for the plugins, and takes no more', async () => {
    const gate = Promise.withResolvers<void>();
    const order: string[] = [];
    const plugin: Plugin = {
      name: 'slow',
      stage: 'observe',
      setup: () => ({
        end: async () => {
          await gate.promise;
          order.push('end');
        },
        close: () => void order.push('close'),
      }),
    };
    const { gateway, ask } = start({ plugins: [plugin] });
    await ask('/v1/acc/gw/echo/chat');
    const closed = gateway.close();
    expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(503);
    gate.resolve();
    await closed;
    expect(order).toEqual(['end', 'close']);
  });
});

test('close waits for the background work of plugins', async () => {
  const work = Promise.withResolvers<void>();
  let isDone = false;
  const plugin = handler('guard', (call, next) => {
    call.waitUntil(
      work.promise.then(() => {
        isDone = true;
      }),
    );
    return next();
  });
  const { gateway, ask } = start({ plugins: [plugin] });
  await ask('/v1/acc/gw/echo/chat');
  const closed = gateway.close();
  work.resolve();
  await closed;
  expect(isDone).toBe(true);
});

describe('a client that leaves', () => {
  test('before the head: the upstream is told at once and the outcome says so', async () => {
    const ended: Outcome[] = [];
    const left = Promise.withResolvers<void>();
    const { ask } = start({ plugins: [watcher((_call, outcome) => ended.push(outcome))] }, ({ signal }) => {
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          left.resolve();
          reject(signal.reason);
        });
        leaving.abort();
      });
    });
    const leaving = new AbortController();
    await ask('/v1/acc/gw/echo/chat', { signal: leaving.signal });
    await left.promise;
    await vi.waitFor(() => expect(ended).toMatchObject([{ status: 499, abandoned: true, success: false }]));
  });

  test('in the middle of a stream: the upstream is cancelled, and the call ends once', async () => {
    const ended: Outcome[] = [];
    const cancelled = vi.fn();
    const body = { ...stuck('first'), cancel: cancelled };
    const { ask } = start({ plugins: [watcher((_call, outcome) => ended.push(outcome))] }, () => ({
      status: 200,
      headers: { 'content-type': 'audio/mpeg' },
      body,
    }));
    const reader = (await ask('/v1/acc/gw/echo/chat')).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(cancelled).toHaveBeenCalled();
    await vi.waitFor(() =>
      expect(ended).toMatchObject([{ abandoned: true, success: false, partial: true, bytesSent: 5 }]),
    );
  });
});
