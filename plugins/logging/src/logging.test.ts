import { type Call, createGateway, GatewayError, type LogEntry, type Outcome, type StreamReply } from '@sluice/core';
import { authenticated } from '@sluice/plugin-auth';
import { callCost } from '@sluice/plugin-pricing';
import { expect, test } from 'vitest';
import { type LoggingOptions, logging } from './index.ts';
import { bytesOf, fakeHost, fakeSink, finished } from './test-call.ts';

test('a call leaves a row with what it asked for, what came back and how long it took', async () => {
  const { record } = await logged({ metadata: { team: 'blue' }, headers: { 'user-agent': 'test/1' } });
  expect(record).toMatchObject({
    id: '019f0000-0000-7000-8000-000000000001',
    account: 'acme',
    gateway: 'prod',
    createdAt: 1_000,
    eventId: 'event-1',
    step: 0,
    provider: 'openai',
    model: 'gpt-test',
    modelType: 'other',
    method: 'POST',
    path: 'chat/completions',
    requestContentType: 'application/json',
    responseContentType: 'application/json',
    statusCode: 200,
    success: true,
    cached: false,
    streamed: false,
    abandoned: false,
    partial: false,
    errorCode: null,
    durationMs: 50,
    latencyMs: 42,
    timeToFirstChunkMs: null,
    metadata: { team: 'blue' },
    userAgent: 'test/1',
    authenticated: false,
    requestSize: 20,
    responseSize: 11,
    attempts: [
      {
        provider: 'openai',
        model: 'gpt-test',
        step: 0,
        credential: null,
        startedAt: 1_001,
        durationMs: 39,
        status: 200,
        error: null,
      },
    ],
  });
});

test('the model that answered beats the one asked for, and unknown usage is null', async () => {
  const facts = { model: 'gpt-test-2026', usage: null, finishReason: 'stop', error: null } as const;
  const { record } = await logged({}, { facts });
  expect(record).toMatchObject({ model: 'gpt-test-2026', finishReason: 'stop', tokensIn: null, tokensOut: null });
});

test('usage, cost and authentication are written as the call knows them', async () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 20,
    cacheReadTokens: 3,
    cacheWriteTokens: 4,
    reasoningTokens: 5,
    inputAudioTokens: 6,
    outputAudioTokens: 7,
  };
  const { call } = finished();
  call.state.set(callCost, { nanos: 1_500, custom: true });
  call.state.set(authenticated, true);
  const { record } = await logged(call, { facts: { model: null, usage, finishReason: null, error: null } });
  expect(record).toMatchObject({
    tokensIn: 10,
    tokensOut: 20,
    cacheReadTokens: 3,
    cacheWriteTokens: 4,
    reasoningTokens: 5,
    inputAudioTokens: 6,
    outputAudioTokens: 7,
    costNanos: 1_500,
    customCost: true,
    authenticated: true,
  });
});

test('a broken answer is a failed, partial row that names the reason; the provider is the one of the call', async () => {
  const error = new GatewayError('upstream_interrupted', 'anthropic broke off after 12 bytes.');
  const { record } = await logged(
    { provider: { ...finished().call.provider, id: 'anthropic' } },
    {
      success: false,
      partial: true,
      abandoned: true,
      error,
      attempts: [
        {
          provider: 'openai',
          model: null,
          step: 0,
          credential: null,
          startedAt: 1,
          answeredAt: null,
          status: null,
          error,
        },
        {
          provider: 'anthropic',
          model: null,
          step: 0,
          credential: null,
          startedAt: 2,
          answeredAt: 5,
          status: 200,
          error: null,
        },
      ],
    },
  );
  expect(record).toMatchObject({
    provider: 'anthropic',
    success: false,
    partial: true,
    abandoned: true,
    errorCode: 'upstream_interrupted',
    errorMessage: 'anthropic broke off after 12 bytes.',
    attempts: [
      { provider: 'openai', durationMs: null, error: `upstream_interrupted: ${error.message}` },
      { error: null },
    ],
  });
});

test('a vendor’s own error is named in the row', async () => {
  const error = { code: 'overloaded_error', message: 'Busy.' };
  const { record } = await logged({}, { facts: { model: null, usage: null, finishReason: null, error } });
  expect(record).toMatchObject({ errorCode: 'overloaded_error', errorMessage: 'Busy.' });
});

test('an answer from the cache is marked', async () => {
  const { outcome } = finished();
  expect((await logged({}, { reply: { ...outcome.reply, source: 'cache' } })).record.cached).toBe(true);
});

test('secrets leave the query, everything else in it stays as it was written', async () => {
  const query = '?alt=sse&key=sk-test-secret&x=%20&API_Key=sk-test-b&%61ccess_token=sk-test-c&sig=s&bad=%zz&keys=1';
  expect((await logged({ query })).record.path).toBe('chat/completions?alt=sse&x=%20&bad=%zz&keys=1');
  expect((await logged({ query: '?key=sk-test-secret' })).record.path).toBe('chat/completions');
});

test('a credential that an error repeats is not stored', async () => {
  const call = {
    headers: { authorization: 'Bearer sk-test-secret-1' },
    query: '?key=sk-test-secret-2',
    options: new Map([['authorization', 'sk-test-secret-3']]),
  };
  const message = 'Wrong key sk-test-secret-1, sk-test-secret-2 or sk-test-secret-3.';
  const error = new GatewayError('upstream_unreachable', message);
  const attempts = [
    { provider: 'openai', model: null, step: 0, credential: null, startedAt: 1, answeredAt: null, status: null, error },
  ];
  const entry = await logged(call, { error, attempts });
  expect(entry.record.errorMessage).toBe('Wrong key [redacted], [redacted] or [redacted].');
  expect(JSON.stringify(entry.record)).not.toContain('sk-test');
});

test('a credential that the vendor or the client repeats is in neither body', async () => {
  const call = {
    provider: { ...finished().call.provider, credentialHeaders: ['x-vendor-key'] },
    headers: { 'x-vendor-key': 'sk-test-secret-1', authorization: 'Bearer sk-test-secret-2', 'api-key': 'short' },
    query: '?api_key=sk-test%2Bsecret-3',
    options: new Map([['authorization', 'Bearer sk-test-secret-4']]),
    body: bytesOf('{"key":"sk-test-secret-4","short":"x"}'),
  };
  const { reply } = finished().outcome;
  const body = bytesOf(
    'Bearer sk-test-secret-2 sk-test-secret-1sk-test-secret-1 sk-test%2Bsecret-3 sk-test+secret-3 ü',
  );
  const { bodies } = await logged(call, { reply: { ...reply, type: 'bytes', body } });
  expect(text(bodies?.request)).toBe('{"key":"[redacted]","short":"x"}');
  expect(text(bodies?.response)).toBe('Bearer [redacted] [redacted][redacted] [redacted] [redacted] ü');
});

test('a credential that arrives in two chunks of a stream is not stored', async () => {
  const call = { headers: { authorization: 'Bearer sk-test-secret-1' } };
  const { entries } = await observe(call, { reply: STREAM }, {}, ['data: Wrong key sk-test', '-secret-1.\n\n']);
  expect(text(entries[0]?.bodies?.response)).toBe('data: Wrong key [redacted].\n\n');
});

test('a long credential is found wherever it stands, and one that only starts alike is left', async () => {
  const secret = `eyJhbGciOiJIUzI1NiJ9.${'claims'.repeat(200)}.signature-of-the-test`;
  const other = `eyJhbGciOiJIUzI1NiJ9.${'claims'.repeat(200)}.another-one`;
  for (const before of ['', 'x', 'y'.repeat(999)]) {
    const call = { headers: { authorization: `Bearer ${secret}` }, body: bytesOf(`${before}${secret}${other}`) };
    expect(text((await logged(call)).bodies?.request)).toBe(`${before}[redacted]${other}`);
  }
});

test('a body made to be searched for ever is not kept', async () => {
  const call = { headers: { authorization: `Bearer b${'a'.repeat(31)}` }, body: bytesOf('a'.repeat(100_000)) };
  const { bodies } = await logged(call);
  expect(bodies?.request).toBeNull();
  expect(text(bodies?.response)).toBe('{"ok":true}');
});

test('both bodies are kept, word for word', async () => {
  const { bodies } = await logged();
  expect(text(bodies?.request)).toBe('{"model":"gpt-test"}');
  expect(text(bodies?.response)).toBe('{"ok":true}');
});

test('a body above the limit is not kept, the other one and the row are', async () => {
  const { bodies, record } = await logged({ body: bytesOf('x'.repeat(101)) }, {}, { maxBodyBytes: 100 });
  expect(bodies?.request).toBeNull();
  expect(text(bodies?.response)).toBe('{"ok":true}');
  expect(record.requestSize).toBe(101);
});

test('a body that is a small window on a large buffer does not keep that buffer alive', async () => {
  const large = new Uint8Array(1 << 20);
  const { bodies } = await logged({ body: large.subarray(0, 10) });
  expect(bodies?.request?.buffer.byteLength).toBe(10);
});

test('collect-log-payload: false keeps the row without bodies', async () => {
  for (const value of ['false', 'FALSE']) {
    const entry = await logged({ options: new Map([['collect-log-payload', value]]) });
    expect(entry.bodies).toBeNull();
  }
});

test('who is turned away leaves a row, but no bodies', async () => {
  const entry = await logged({}, { status: 401, success: false, error: new GatewayError('unauthorized', 'No token.') });
  expect(entry.record.errorCode).toBe('unauthorized');
  expect(entry.bodies).toBeNull();
});

test('steps of which none was taken leave a row, but no bodies: they hold the credentials of all their vendors', async () => {
  const host = fakeHost();
  const sink = fakeSink();
  const gateway = createGateway({ providers: [], plugins: [logging({ sink, timer: host.timer })] });
  const body = '[{"provider":"openai","headers":{"authorization":"Bearer sk-test-secret-1"}}]';
  await gateway.fetch(new Request('http://gateway.test/v1/acme/prod', { method: 'POST', body }));
  await gateway.close();
  expect(sink.batches.flat()).toMatchObject([{ record: { errorCode: 'not_found' }, bodies: null }]);
});

test.each([
  { gateway: true, header: undefined, row: true },
  { gateway: false, header: undefined, row: false },
  { gateway: true, header: 'false', row: false },
  { gateway: false, header: 'true', row: true },
  { gateway: true, header: 'perhaps', row: true },
])(
  'a gateway with collectLogs $gateway and the header $header writes a row: $row',
  async ({ gateway, header, row }) => {
    const { call } = finished();
    const settings = {
      gateway: { ...call.gateway, collectLogs: gateway },
      options: new Map(header === undefined ? [] : [['collect-log', header]]),
    };
    const { entries, headers, tapped } = await observe(settings, { reply: STREAM });
    expect(entries).toHaveLength(row ? 1 : 0);
    expect(headers).toEqual(row ? { 'cf-aig-log-id': call.id } : {});
    expect(tapped).toBe(row);
  },
);

test('a streamed answer is kept as it went to the client', async () => {
  const { entries } = await observe({}, { reply: STREAM }, {}, ['data: 1\n\n', 'data: 2\n\n']);
  expect(text(entries[0]?.bodies?.response)).toBe('data: 1\n\ndata: 2\n\n');
  expect(entries[0]?.record).toMatchObject({ streamed: true });
});

test('time to the first chunk is written for streams', async () => {
  const timings = { receivedAt: 1_000, answeredAt: 1_010, firstChunkAt: 1_025, endedAt: 1_100 };
  const { entries } = await observe({}, { reply: STREAM, timings });
  expect(entries[0]?.record.timeToFirstChunkMs).toBe(25);
});

test('a streamed answer above the limit is not kept', async () => {
  const { entries } = await observe({}, { reply: STREAM }, { maxBodyBytes: 30 }, ['x'.repeat(20), 'x'.repeat(20)]);
  expect(entries[0]?.bodies?.response).toBeNull();
  expect(text(entries[0]?.bodies?.request)).toBe('{"model":"gpt-test"}');
});

test('streams that together are too large for memory are given up, and their memory comes back', async () => {
  const host = fakeHost();
  const sink = fakeSink();
  const hooks = logging({ sink, timer: host.timer, captureBytes: 10_000 }).setup(host);
  const [first, second, third] = [
    finished({}, { reply: STREAM }),
    finished({}, { reply: STREAM }),
    finished({}, { reply: STREAM }),
  ];
  const tap = (each: typeof first) => hooks.stream?.(each.call, STREAM);
  const [a, b] = [tap(first), tap(second)];
  a?.bytes?.(bytesOf('a'.repeat(6_000)));
  b?.bytes?.(bytesOf('b'.repeat(6_000)));
  hooks.end?.(first.call, first.outcome);
  hooks.end?.(second.call, second.outcome);
  tap(third)?.bytes?.(bytesOf('c'.repeat(6_000)));
  hooks.end?.(third.call, third.outcome);
  await host.pass(200);
  const kept = sink.batches.flat().map((entry) => entry.bodies?.response?.byteLength ?? null);
  expect(kept).toEqual([6_000, null, 6_000]);
});

const STREAM: StreamReply = {
  type: 'stream',
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  source: 'upstream',
  body: { read: async () => undefined, cancel: () => {} },
};

async function logged(
  call: Partial<Call> = {},
  outcome: Partial<Outcome> = {},
  options?: Partial<LoggingOptions>,
): Promise<LogEntry> {
  const { entries } = await observe(call, outcome, options);
  const [entry] = entries;
  if (entry === undefined) throw new Error('no row was written');
  return entry;
}

/** Takes one call through the hooks in the order in which the engine calls them. */
async function observe(
  changes: Partial<Call>,
  result: Partial<Outcome>,
  options: Partial<LoggingOptions> = {},
  chunks: readonly string[] = [],
) {
  const host = fakeHost();
  const sink = fakeSink();
  const hooks = logging({ sink, timer: host.timer, ...options }).setup(host);
  const { call, outcome } = finished(changes, result);
  const headers: Record<string, string> = {};
  hooks.head?.(call, headers, outcome.reply);
  const tap = outcome.reply.type === 'stream' ? hooks.stream?.(call, outcome.reply) : undefined;
  for (const chunk of chunks) tap?.bytes?.(bytesOf(chunk));
  await hooks.end?.(call, outcome);
  await host.pass(200);
  return { entries: sink.batches.flat(), headers, tapped: tap !== undefined };
}

function text(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes ? new TextDecoder().decode(bytes) : undefined;
}
