import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Outcome, type Plugin, type Protocol, TransportError, type UpstreamReply, webRuntime } from '../index.ts';
import { closeAll, echo, handler, json, pieces, start, stuck, watcher } from './test-gateway.ts';

afterEach(closeAll);

describe('a gateway that stops', () => {
  test('lets a stream end within the grace', async () => {
    const { gateway, ask } = start({}, () => media('audio/mpeg'));
    const response = await ask('/v1/acc/gw/echo/speech');
    const closed = gateway.close(10_000);
    expect(await response.text()).toBe('first');
    await closed;
  });

  test('tells a client that reads a stream why it is cut off', async () => {
    const ended: Outcome[] = [];
    const { gateway, ask } = start({ plugins: [watcher((_call, outcome) => ended.push(outcome))] }, () => ({
      ...media('text/event-stream'),
      body: stuck('data: 1\n\n'),
    }));
    const text = (await ask('/v1/acc/gw/echo/chat')).text();
    await gateway.close(0);
    expect(await text).toContain('event: error\ndata: {"error":{"code":"shutting_down"');
    expect(ended).toMatchObject([{ abandoned: false, success: false, error: { code: 'shutting_down' } }]);
  });

  test('breaks the connection of a client that reads media, and tells one that reads late', async () => {
    const { gateway, ask } = start({}, () => ({ ...media('audio/mpeg'), body: stuck('first') }));
    const reading = (await ask('/v1/acc/gw/echo/speech')).arrayBuffer();
    const late = await ask('/v1/acc/gw/echo/speech');
    const broken = expect(reading).rejects.toThrow('stopped');
    await gateway.close(0);
    await broken;
    await expect(late.arrayBuffer()).rejects.toThrow('stopped');
  });

  test('does not wait past the grace for an upstream that never answers', async () => {
    const never = Promise.withResolvers<UpstreamReply>();
    const asked = Promise.withResolvers<void>();
    const transport = {
      send: () => {
        asked.resolve();
        return never.promise;
      },
      abort: () => never.reject(new TransportError('stopped', 'the gateway is stopping')),
    };
    const { gateway, ask } = start({ runtime: webRuntime({ transport }) });
    const response = ask('/v1/acc/gw/echo/chat');
    await asked.promise;
    await gateway.close(0);
    expect((await response).status).toBe(503);
  });
});

describe('a plugin that fails', () => {
  test.each(['head', 'stream'] as const)(
    'in its %s hook ends the call as internal, and cancels the upstream',
    async (hook) => {
      const ended: Outcome[] = [];
      const cancel = vi.fn();
      const failing: Plugin = { name: 'failing', stage: 'guard', setup: () => ({ [hook]: fail }) };
      const plugins = [failing, watcher((_call, outcome) => ended.push(outcome))];
      const { ask } = start({ plugins, report: () => {} }, () => ({
        ...media('audio/mpeg'),
        body: { ...stuck('first'), cancel },
      }));
      expect((await ask('/v1/acc/gw/echo/speech')).status).toBe(500);
      expect(cancel).toHaveBeenCalled();
      await vi.waitFor(() => expect(ended).toMatchObject([{ success: false, error: { code: 'internal' } }]));
    },
  );

  test('while it only watches a stream is reported and asked no more', async () => {
    const reports: string[] = [];
    const bytes = vi.fn(fail);
    const { ask } = start(
      {
        plugins: [{ name: 'failing', stage: 'observe', setup: () => ({ stream: () => ({ bytes }) }) }],
        report: (problem) => reports.push(problem),
      },
      () => ({ ...media('audio/mpeg'), body: pieces('a', 'b') }),
    );
    expect(await (await ask('/v1/acc/gw/echo/speech')).text()).toBe('ab');
    expect([reports.length, bytes.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('an odd upstream', () => {
  test.each([999, 150])('whose status is %i is told as 502', async (status) => {
    const { ask } = start({}, () => ({ ...json('{}'), status }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining(`status ${status}`)]);
  });

  test('whose 205 has a body is passed on without it', async () => {
    const { ask } = start({}, () => ({ ...json('{}'), status: 205 }));
    const response = await ask('/v1/acc/gw/echo/chat');
    expect([response.status, await response.text()]).toEqual([205, '']);
  });

  test('that sends white space before its JSON is still read for facts', async () => {
    const ended: Outcome[] = [];
    const plugins = [watcher((_call, outcome) => ended.push(outcome))];
    const { ask } = start({ plugins, providers: [speaking(modelReader)] }, () => ({
      ...json(''),
      body: pieces('\n', '{"model":"m"}'),
    }));
    expect(await (await ask('/v1/acc/gw/echo/chat')).text()).toBe('\n{"model":"m"}');
    await vi.waitFor(() => expect(ended).toMatchObject([{ success: true, facts: { model: 'm' } }]));
  });

  test('that answers a wish for a stream with plain text is forwarded piece by piece', async () => {
    const { ask } = start({ providers: [speaking(modelReader)] }, () => ({
      ...media('text/plain'),
      body: stuck('first'),
    }));
    const reader = (await ask('/v1/acc/gw/echo/chat', { method: 'POST', body: '{"stream":true}' })).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first');
    await reader?.cancel();
  });

  test('that announced a length for a text which may end in an error gets it taken back', async () => {
    const headers = { 'content-type': 'text/event-stream', 'content-length': '5000' };
    const { ask } = start({}, () => ({ status: 200, headers, body: pieces('data: 1\n\n') }));
    expect((await ask('/v1/acc/gw/echo/chat')).headers.get('content-length')).toBeNull();
  });
});

test('a plugin can refuse a call before its body is read', async () => {
  let wasRead = false;
  const body = new ReadableStream(
    {
      pull(controller) {
        wasRead = true;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const ended: Outcome[] = [];
  const doorkeeper: Plugin = { name: 'doorkeeper', stage: 'guard', setup: () => ({ admit: fail }) };
  const { ask, sent } = start({
    plugins: [doorkeeper, watcher((_call, outcome) => ended.push(outcome))],
    report: () => {},
  });
  const response = await ask('/v1/acc/gw/echo/chat', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect([response.status, wasRead, sent.length]).toEqual([500, false, 0]);
  await vi.waitFor(() => expect(ended).toHaveLength(1));
});

test('a redirect below the base leads through the gateway however its address is written', async () => {
  const { ask } = start({ baseUrls: { echo: 'https://ECHO.test:443/v1' } }, () => ({
    status: 307,
    headers: { location: 'https://echo.test/v1/next' },
    body: pieces(),
  }));
  expect((await ask('/v1/acc/gw/echo/chat')).headers.get('location')).toBe('/v1/acc/gw/echo/next');
});

test('the error that breaks a connection carries no words of the platform', async () => {
  const { ask } = start({}, () => ({
    ...media('audio/mpeg'),
    body: {
      read: () =>
        Promise.reject(new TransportError('interrupted', 'reset', { cause: new Error('http://x/?key=sk-test') })),
      cancel: () => {},
    },
  }));
  const failure: unknown = await (await ask('/v1/acc/gw/echo/speech')).arrayBuffer().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).cause).toBeUndefined();
});

test('a handler that throws leaves an upstream to nobody', async () => {
  const { ask, sent } = start({ plugins: [handler('guard', fail)], report: () => {} });
  expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(500);
  expect(sent).toHaveLength(0);
});

function fail(): never {
  throw new Error('as the test wants');
}

function media(contentType: string): UpstreamReply {
  return { status: 200, headers: { 'content-type': contentType }, body: pieces('first') };
}

function speaking(protocol: Protocol) {
  return {
    ...echo,
    resolve: ({ path, query }: { path: string; query: string }, { baseUrl }: { baseUrl: string }) => ({
      url: `${baseUrl}/${path}${query}`,
      path,
      protocol,
    }),
  };
}

/** Knows nothing but a model and a wish for a stream. */
const modelReader: Protocol = {
  name: 'model',
  operation: 'other',
  readRequest: (request) => ({
    model: null,
    stream: (request.json() as { stream?: boolean } | undefined)?.stream === true,
  }),
  readReply: (reply) => ({ ...NOTHING, model: (reply.json() as { model?: string } | undefined)?.model ?? null }),
  framing: () => undefined,
  readStream: () => ({ push: () => 'other', facts: NOTHING, complete: false }),
  writeError: () => [],
};

const NOTHING = { model: null, usage: null, finishReason: null, error: null };
