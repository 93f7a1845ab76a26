import { afterEach, describe, expect, test } from 'vitest';
import type {
  Attempt,
  Call,
  CallPatch,
  CallTimeouts,
  Framing,
  Plugin,
  Protocol,
  Provider,
  Reply,
  UpstreamReply,
} from '../index.ts';
import { GatewayError, NO_FACTS, webRuntime } from '../index.ts';
import { closeAll, delayed, echo, handler, json, pieces, start, stuck, watcher } from './test-gateway.ts';

afterEach(closeAll);

describe('the beginning of a stream that can still be made good', () => {
  test('an error event in front is told to the plugin, and nothing of the stream is lost', async () => {
    const seen: Reply[] = [];
    const { ask } = start({ providers: [lines], plugins: [patching({ rescuable: true }, seen)] }, () =>
      streamOf('start\n', 'error\n'),
    );
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(seen[0]).toMatchObject({ type: 'stream', opensWith: { code: 'overloaded' } });
    expect(await answer.text()).toBe('start\nerror\n');
  });

  test('a stream that begins with content goes on as it came', async () => {
    const seen: Reply[] = [];
    const { ask } = start({ providers: [lines], plugins: [patching({ rescuable: true }, seen)] }, () =>
      streamOf('ping\n', 'word\n', 'end\n'),
    );
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(seen[0]).not.toHaveProperty('opensWith');
    expect(await answer.text()).toBe('ping\nword\nend\n');
  });

  test('a stream that ends before its first word is an error that can be caught', async () => {
    const { ask } = start({ providers: [lines], plugins: [patching({ rescuable: true })] }, () => streamOf('start\n'));
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(answer.status).toBe(502);
  });

  test('a head with silence behind it is bounded by the limit of silence and by that of the whole call', async () => {
    const limits: ((call: Call) => CallTimeouts)[] = [
      () => ({ idleMs: 20 }),
      ({ receivedAt }) => ({ deadlineAt: receivedAt + 20 }),
    ];
    for (const limit of limits) {
      const plugin = patching((call) => ({ rescuable: true, timeouts: limit(call) }));
      const { ask } = start({ providers: [lines], plugins: [plugin] }, () => ({ ...streamOf(), body: stuck('') }));
      expect((await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' })).status).toBe(504);
    }
  });

  test('pings do not hold a stream back for longer than a moment', async () => {
    let clock = 0;
    const ping = async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      clock += 600;
      return new TextEncoder().encode('ping\n');
    };
    const transport = { send: async () => ({ ...streamOf(), body: { read: ping, cancel: () => {} } }) };
    const runtime = webRuntime({ transport, now: () => clock });
    const { ask } = start({ runtime, providers: [lines], plugins: [patching({ rescuable: true })] });
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  test('without a rescue nobody waits for the first word', async () => {
    const { ask } = start({ providers: [lines] }, () => ({ ...streamOf(), body: stuck('start\n') }));
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    const { value } = (await answer.body?.getReader().read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe('start\n');
  });
});

describe('time limits of one call', () => {
  test('a stream without any event within firstTokenMs is 504', async () => {
    const { ask } = start({ providers: [lines], plugins: [patching({ timeouts: { firstTokenMs: 20 } })] }, () => ({
      ...streamOf(),
      body: stuck(''),
    }));
    expect((await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' })).status).toBe(504);
  });

  test('a sign of life within firstTokenMs is enough', async () => {
    const later = Promise.withResolvers<void>();
    const { ask } = start({ providers: [lines], plugins: [patching({ timeouts: { firstTokenMs: 60 } })] }, () => ({
      ...streamOf(),
      body: delayed(pieces('ping\n', 'word\n', 'end\n'), [undefined, later.promise]),
    }));
    const answer = ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    setTimeout(() => later.resolve(), 150);
    expect(await (await answer).text()).toBe('ping\nword\nend\n');
  });

  test('a whole answer that is not there by the deadline is 504', async () => {
    const plugin = patching((call) => ({ timeouts: { deadlineAt: call.receivedAt + 30 } }));
    const { ask } = start({ plugins: [plugin] }, () => ({ ...json(''), body: stuck('{') }));
    expect((await ask('/v1/acc/gw/echo/chat')).status).toBe(504);
  });

  test('a stream that is not over by the deadline ends with an error', async () => {
    const plugin = patching((call) => ({ timeouts: { deadlineAt: call.receivedAt + 30 } }));
    const { ask } = start({ providers: [lines], plugins: [plugin] }, () => ({ ...streamOf(), body: stuck('word\n') }));
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(await answer.text()).toBe('word\nbroken upstream_timeout\n');
  });

  test("a call's own limit of silence goes before the gateway's", async () => {
    const plugin = patching({ timeouts: { idleMs: 30 } });
    const { ask } = start({ providers: [lines], plugins: [plugin] }, () => ({ ...streamOf(), body: stuck('word\n') }));
    const answer = await ask('/v1/acc/gw/lines/chat', { method: 'POST', body: '{}' });
    expect(await answer.text()).toBe('word\nbroken upstream_stalled\n');
  });
});

describe('several tries', () => {
  const twice = handler('route', async (call, next) => {
    const first = await next({ rescuable: true });
    return first.status < 400
      ? first
      : next({ step: 1, headers: { ...call.headers, 'x-try': '2' }, credential: 'second' });
  });
  const failFirst = () => {
    let count = 0;
    return (): UpstreamReply => (count++ === 0 ? { ...json('{}'), status: 503 } : json('{"ok":true}'));
  };

  test('the answer says who gave it and how the others went', async () => {
    const { ask } = start({ plugins: [twice] }, failFirst());
    const { headers } = await ask('/v1/acc/gw/echo/chat');
    expect(headers.get('cf-aig-attempts')).toBe('echo 503, echo 200');
    expect(headers.get('cf-aig-provider')).toBe('echo');
    expect(headers.get('cf-aig-step')).toBe('1');
  });

  test('strict answers have no headers beyond the published ones', async () => {
    const { ask } = start({ plugins: [twice], compat: 'strict' }, failFirst());
    expect((await ask('/v1/acc/gw/echo/chat')).headers.has('cf-aig-attempts')).toBe(false);
  });

  test('hooks at the end are given the call that was answered, and every try', async () => {
    const ended = Promise.withResolvers<{ call: Call; attempts: readonly Attempt[] }>();
    const watch = watcher((call, { attempts }) => ended.resolve({ call, attempts }));
    const { ask } = start({ plugins: [twice, watch] }, failFirst());
    await ask('/v1/acc/gw/echo/chat');
    const { call, attempts } = await ended.promise;
    expect(call.step).toBe(1);
    expect(call.headers['x-try']).toBe('2');
    expect(attempts.map(({ status, step, credential }) => [status, step, credential])).toEqual([
      [503, 0, null],
      [200, 1, 'second'],
    ]);
  });
});

test('a key that a vendor repeats in the error of a stream is in no attempt', async () => {
  const key = 'sk-test-not-a-secret';
  const ended = Promise.withResolvers<readonly Attempt[]>();
  const watch = watcher((_, { attempts }) => ended.resolve(attempts));
  const { ask } = start({ providers: [lines], plugins: [patching({ rescuable: true }), watch] }, () =>
    streamOf(`error ${key}\n`),
  );
  await (await ask('/v1/acc/gw/lines/chat', { headers: { authorization: `Bearer ${key}` } })).text();
  expect((await ended.promise)[0]?.error?.message).toBe('too busy for ***');
});

describe('options', () => {
  test('headers of an error go with it, unless answers are strict', async () => {
    const refuse = handler('guard', () => {
      throw new GatewayError('rate_limited', 'too many calls. Wait.', { headers: { 'retry-after': '7' } });
    });
    const better = await start({ plugins: [refuse] }).ask('/v1/acc/gw/echo/chat');
    expect([better.status, better.headers.get('retry-after')]).toEqual([429, '7']);
    const strict = await start({ plugins: [refuse], compat: 'strict' }).ask('/v1/acc/gw/echo/chat');
    expect([strict.status, strict.headers.get('retry-after')]).toEqual([429, null]);
  });

  test('older names of the cache options are taken, and the newer name beats them', async () => {
    const seen: unknown[] = [];
    const look = handler('guard', (call, next) => {
      seen.push([call.options.get('cache-ttl'), call.options.get('skip-cache')]);
      return next();
    });
    const { ask, sent } = start({ plugins: [look] });
    await ask('/v1/acc/gw/echo/chat', { headers: { 'cf-cache-ttl': '60', 'cf-skip-cache': 'true' } });
    await ask('/v1/acc/gw/echo/chat', { headers: { 'cf-cache-ttl': '60', 'cf-aig-cache-ttl': '90' } });
    expect(seen).toEqual([
      ['60', 'true'],
      ['90', undefined],
    ]);
    expect(sent[0]?.headers).not.toHaveProperty('cf-cache-ttl');
  });

  test('metadata and event id follow the options that a plugin patches', async () => {
    const ended = Promise.withResolvers<Call>();
    const options = new Map([
      ['metadata', '{"team":"a"}'],
      ['event-id', 'mine'],
    ]);
    const { ask } = start({ plugins: [patching({ options }), watcher(ended.resolve)] });
    const answer = await ask('/v1/acc/gw/echo/chat');
    expect(answer.headers.get('cf-aig-event-id')).toBe('mine');
    expect((await ended.promise).metadata).toEqual({ team: 'a' });
  });

  test("the gateway's own address answers nothing without a plugin for it", async () => {
    const answer = await start().ask('/v1/acc/gw', { method: 'POST', body: '[]' });
    expect(answer.status).toBe(404);
  });
});

function patching(patch: CallPatch | ((call: Call) => CallPatch), seen: Reply[] = []): Plugin {
  return handler('route', async (call, next) => {
    const reply = await next(typeof patch === 'function' ? patch(call) : patch);
    seen.push(reply);
    return reply;
  });
}

function streamOf(...texts: string[]): UpstreamReply {
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: pieces(...texts) };
}

/** A language of lines: `start` and `ping` are life, `error` is an error, `end` the end, everything else content. */
const words: Protocol = {
  name: 'words',
  operation: 'chat',
  readRequest: () => ({ model: null, stream: true }),
  readReply: () => NO_FACTS,
  framing: () => framing,
  readStream: () => {
    let complete = false;
    let error: { code: string; message: string } | null = null;
    return {
      push: ({ data }) => {
        if (data === 'start' || data === 'ping') return 'other';
        const [kind, key] = data?.split(' ') ?? [];
        if (kind === 'error')
          error = { code: 'overloaded', message: key === undefined ? 'too busy' : `too busy for ${key}` };
        complete ||= kind === 'end';
        return kind === 'error' || kind === 'end' ? kind : 'content';
      },
      get facts() {
        return { ...NO_FACTS, error };
      },
      get complete() {
        return complete;
      },
    };
  },
  writeError: ({ code }) => [{ data: `broken ${code}` }],
};

const framing: Framing = {
  name: 'ndjson',
  createDecoder: () => ({
    push: (chunk, sink) => {
      let at = 0;
      for (const line of new TextDecoder().decode(chunk).split('\n').slice(0, -1)) {
        at += line.length + 1;
        sink({ data: line, end: at });
      }
      return chunk;
    },
    end: () => new Uint8Array(0),
  }),
  encode: ({ data }) => new TextEncoder().encode(`${data}\n`),
  terminator: new Uint8Array(0),
  close: () => new Uint8Array(0),
};

const lines: Provider = {
  ...echo,
  id: 'lines',
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol: words }),
};
