import type { Counters, Framing, Plugin, Protocol, UpstreamReply, UpstreamRequest } from '@sluice/core';
import { GatewayError, NO_FACTS } from '@sluice/core';
import { expect, test, vi } from 'vitest';
import { answer, failureOf, key, keysOf, ok, start } from './test-gateway.ts';

/** Refuses calls with this key, as an open circuit does. */
function leftAlone(credential: string): Plugin {
  return {
    name: 'left-alone',
    stage: 'attempt',
    setup: () => ({
      handle(call, next) {
        if (call.credential !== credential) return next();
        throw new GatewayError('circuit_open', 'the key is left alone. Wait.');
      },
    }),
  };
}

const THREE = [key('one'), key('two'), key('three')];

test('keys under one alias take turns', async () => {
  const { ask, sent } = start({ stored: [...THREE, key('other', { alias: 'other' })] });
  for (let calls = 0; calls < 6; calls++) await ask();
  expect(keysOf(sent)).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
});

test('a refused or limited key makes room for the next within the same call', async () => {
  for (const status of [401, 402, 429]) {
    const { ask, sent, outcomes, gateway } = start({ stored: THREE, upstream: failing({ one: status }) });
    expect((await ask()).status).toBe(200);
    expect(keysOf(sent)).toEqual(['one', 'two']);
    await gateway.close();
    expect(outcomes[0]?.attempts).toMatchObject([
      { credential: 'one', status },
      { credential: 'two', status: 200 },
    ]);
    expect(outcomes[0]?.reply.call?.credential).toBe('two');
  }
});

test('other failures are the vendor’s or the call’s, and no other key is tried', async () => {
  for (const status of [400, 403, 404, 500, 503]) {
    const { ask, sent } = start({ stored: THREE, upstream: failing({ one: status }) });
    expect((await ask()).status).toBe(status);
    expect(keysOf(sent)).toEqual(['one']);
  }
});

test('a key that the circuit breaker leaves alone makes room for the next, and does not rest for it', async () => {
  const { ask, sent } = start({ stored: THREE, inside: [leftAlone('one')] });
  for (let calls = 0; calls < 4; calls++) expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['two', 'two', 'three', 'two']);
  const only = start({ stored: [key('one')], inside: [leftAlone('one')] });
  expect((await failureOf(await only.ask())).code).toBe(2108);
});

test('AWS and Google refuse keys in words of their own', async () => {
  const aws = { credentialHeaders: ['authorization', 'x-amz-date'] };
  expect((await start({ stored: THREE, provider: aws, upstream: failing({ one: 403 }) }).ask()).status).toBe(200);
  const google = { credentialHeaders: ['authorization', 'x-goog-api-key'] };
  const invalid = '{"error":{"code":400,"details":[{"reason":"API_KEY_INVALID"}]}}';
  const upstream = (request: UpstreamRequest) => (keysOf([request])[0] === 'one' ? answer(400, {}, invalid) : ok());
  expect((await start({ stored: THREE, provider: google, upstream }).ask()).status).toBe(200);
  expect((await start({ stored: THREE, upstream }).ask()).status).toBe(400);
});

test('three keys are tried at most, and the last answer is the client’s', async () => {
  const stored = [...THREE, key('four')];
  const { ask, sent } = start({ stored, upstream: () => answer(429, { 'retry-after': '7' }, '{"error":"slow"}') });
  const response = await ask();
  expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
    429,
    '7',
    '{"error":"slow"}',
  ]);
  expect(keysOf(sent)).toEqual(['one', 'two', 'three']);
});

test('a limited key rests for as long as the vendor says, 30 seconds when it does not', async () => {
  for (const [headers, seconds] of [
    [{ 'retry-after': '90' }, 90],
    [{ 'retry-after-ms': '1500' }, 1.5],
    [{ 'retry-after': 'Sun, 22 Nov 2026 12:02:00 GMT' }, 120],
    [{ 'retry-after': 'soon' }, 30],
    [{}, 30],
    [{ 'retry-after': '999999' }, 3600],
  ] as const) {
    const { ask, sent, clock } = start({ stored: [key('one'), key('two')], upstream: failing({ one: 429 }, headers) });
    await ask();
    clock.now += seconds * 1000 - 1;
    for (let calls = 0; calls < 3; calls++) await ask();
    expect(keysOf(sent)).toEqual(['one', 'two', 'two', 'two', 'two']);
    clock.now += 1;
    await ask();
    await ask();
    expect(keysOf(sent.slice(5))).toContain('one');
  }
});

test('a refused key rests for five minutes, twice as long each time, and is forgiven once it is taken again', async () => {
  const status = { one: 401 };
  const { ask, sent, clock } = start({ stored: [key('one'), key('two')], upstream: failing(status) });
  const triesOfOne = async (): Promise<number> => {
    sent.length = 0;
    await ask();
    await ask();
    return keysOf(sent).filter((name) => name === 'one').length;
  };
  expect(await triesOfOne()).toBe(1);
  clock.now += 5 * MINUTE;
  expect(await triesOfOne()).toBe(1);
  clock.now += 5 * MINUTE;
  expect(await triesOfOne()).toBe(0);
  clock.now += 5 * MINUTE;
  status.one = 200;
  expect(await triesOfOne()).toBe(1);
  status.one = 401;
  expect(await triesOfOne()).toBe(1);
  clock.now += 5 * MINUTE;
  expect(await triesOfOne()).toBe(1);
});

test('when all keys rest, the one whose rest ends first is tried: no call fails by our own will', async () => {
  const status: Record<string, number> = { one: 401, two: 429 };
  const { ask, sent } = start({ stored: [key('one'), key('two')], upstream: failing(status) });
  expect((await ask()).status).toBe(429);
  status.two = 200;
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['one', 'two', 'two', 'two']);
});

test('a single key is used whatever it answers', async () => {
  const { ask, sent } = start({ stored: [key('one')], upstream: () => answer(401) });
  await ask();
  expect((await ask()).status).toBe(401);
  expect(sent).toHaveLength(2);
});

test('a key whose secret was replaced does not rest on', async () => {
  const stored = [key('one'), key('two')];
  const { ask, sent } = start({ source: { credentials: () => stored }, upstream: failing({ one: 401 }) });
  await ask();
  stored[0] = key('one', { secret: 'sk-test-new' });
  await ask();
  await ask();
  expect(keysOf(sent)).toContain('new');
});

test('a secret that can’t be used makes room for the next key', async () => {
  const { ask, sent } = start({ stored: [key('one', { secret: 'a\nb' }), key('two')] });
  expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['two']);
});

test('nothing is tried for a client who has left', async () => {
  const leave = new AbortController();
  const upstream = (): UpstreamReply => {
    leave.abort();
    return answer(429);
  };
  const { ask, sent } = start({ stored: THREE, upstream });
  await ask({}, 'chat', { signal: leave.signal });
  expect(sent).toHaveLength(1);
});

test('a stream that begins with a refusal is closed, and the next key streams', async () => {
  const cancel = vi.fn();
  const upstream = (request: UpstreamRequest): UpstreamReply => {
    const isFirst = keysOf([request])[0] === 'one';
    const reply = answer(200, { 'content-type': 'text/event-stream' }, isFirst ? 'error 429\n' : 'content\n');
    return { ...reply, body: { ...reply.body, cancel: isFirst ? cancel : () => {} } };
  };
  const provider = {
    resolve: () => ({ url: 'https://vendor.test/chat', path: 'chat', protocol: lines }),
  };
  const { ask, sent } = start({ stored: THREE, provider, upstream });
  expect(await (await ask()).text()).toBe('content\n');
  expect(keysOf(sent)).toEqual(['one', 'two']);
  expect(cancel).toHaveBeenCalled();
});

test('a key at its limit is left out, and with all at theirs the client hears when to come back', async () => {
  const stored = [
    key('one', { rateLimit: 1, rateLimitPeriod: 60 }),
    key('two', { rateLimit: 2, rateLimitPeriod: 120 }),
  ];
  const { ask, sent, clock } = start({ stored });
  clock.now += 10_000;
  for (let calls = 0; calls < 3; calls++) expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['one', 'two', 'two']);
  const refused = await ask();
  expect(refused.headers.get('retry-after')).toBe('50');
  expect(await failureOf(refused)).toMatchObject({ status: 429, code: 2003 });
  clock.now += 50_000;
  expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['one', 'two', 'two', 'one']);
});

test('a key at its limit does not take over from a refused one', async () => {
  const stored = [key('one'), key('two', { rateLimit: 0 })];
  const { ask, sent } = start({ stored, upstream: () => answer(401) });
  expect((await ask()).status).toBe(401);
  expect(keysOf(sent)).toEqual(['one']);
});

test('limits are counted where the operator says, once for each try', async () => {
  const take = vi.fn<Counters['take']>(() => ({ allowed: true, standings: [] }));
  const { ask, clock } = start({ stored: [key('one', { rateLimit: 5 })], counters: { take } });
  await ask();
  const demand = { key: 'credential:one', limit: 5, windowMs: 60_000, technique: 'fixed', amount: 1 };
  expect(take).toHaveBeenCalledExactlyOnceWith([demand], { now: clock.now, lease: expect.any(String) });
  await start({ stored: [key('two')], counters: { take } }).ask();
  expect(take).toHaveBeenCalledTimes(1);
  await start({ stored: [key('three', { rateLimit: 5, rateLimitPeriod: 10 })], counters: { take } }).ask();
  expect(take.mock.calls[1]?.[0]).toMatchObject([{ key: 'credential:three', windowMs: 10_000 }]);
});

test('a key whose calls can’t be counted is used all the same, and the operator is told once for each outage', async () => {
  const take = vi.fn<Counters['take']>(() => Promise.reject(new Error('away')));
  const { ask, sent, reports } = start({ stored: [key('one', { rateLimit: 5 })], counters: { take } });
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(keysOf(sent)).toEqual(['one', 'one']);
  expect(reports).toHaveLength(1);
  take.mockResolvedValueOnce({ allowed: true, standings: [] });
  await ask();
  await ask();
  expect(reports).toHaveLength(2);
});

test('with failOpen: false it is not', async () => {
  const counters = { take: () => Promise.reject(new Error('away')) };
  const { ask, sent } = start({ stored: [key('one', { rateLimit: 5 })], counters, failOpen: false });
  expect(await failureOf(await ask())).toMatchObject({ status: 503, code: 2107 });
  expect(sent).toEqual([]);
});

const MINUTE = 60_000;

/** The vendor answers these keys with these statuses, and every other with 200. */
function failing(statuses: Record<string, number>, headers: Record<string, string> = {}) {
  return (request: UpstreamRequest): UpstreamReply => {
    const status = statuses[keysOf([request])[0] ?? ''] ?? 200;
    return answer(status, status === 200 ? {} : headers);
  };
}

const framing: Framing = {
  name: 'ndjson',
  createDecoder: () => ({
    push(chunk, sink) {
      sink({ data: new TextDecoder().decode(chunk).trim(), end: chunk.length });
      return chunk;
    },
    end: () => new Uint8Array(),
  }),
  encode: () => new Uint8Array(),
  terminator: new Uint8Array(),
  close: () => new Uint8Array(),
};

/** A language of lines: `content`, or `error {status}`. */
const lines: Protocol = {
  name: 'lines',
  operation: 'chat',
  readRequest: () => ({ model: null, stream: true }),
  readReply: () => NO_FACTS,
  framing: () => framing,
  readStream() {
    let facts = NO_FACTS;
    return {
      push({ data = '' }) {
        if (!data.startsWith('error')) return 'content';
        facts = { ...NO_FACTS, error: { code: null, message: 'slow down', status: Number(data.slice(6)) } };
        return 'error';
      },
      get facts() {
        return facts;
      },
      complete: true,
    };
  },
  writeError: () => [],
};
