import { GatewayError, type StoredCredential } from '@sluice/core';
import { expect, test, vi } from 'vitest';
import { failureOf, GATEWAY_TOKEN, key, keysOf, start } from './test-gateway.ts';

test('a call without a credential is sent with the stored key, and its attempt names that key', async () => {
  const { ask, sent, outcomes, gateway } = start({ stored: [key('one')] });
  expect((await ask()).status).toBe(200);
  expect(sent[0]?.headers.authorization).toBe('Bearer sk-test-one');
  await gateway.close();
  expect(outcomes[0]?.attempts).toMatchObject([{ credential: 'one', status: 200 }]);
  expect(outcomes[0]?.reply.call?.credential).toBe('one');
});

test('a credential on the call is forwarded unchanged, and nothing stored is looked at', async () => {
  const credentials = vi.fn(() => [key('one')]);
  const { ask, sent } = start({ source: { credentials } });
  await ask({ authorization: 'Bearer sk-test-own', 'cf-aig-byok-alias': 'nobody' });
  await ask({ 'x-api-key': 'sk-test-own' });
  expect(sent.map(({ headers }) => [headers.authorization, headers['x-api-key']])).toEqual([
    ['Bearer sk-test-own', undefined],
    [undefined, 'sk-test-own'],
  ]);
  expect(credentials).not.toHaveBeenCalled();
});

test('a credential in the query is one too, where the vendor reads it there', async () => {
  const google = { id: 'google-ai-studio', credentialHeaders: ['x-goog-api-key', 'authorization'] };
  const { ask, sent } = start({ stored: [key('one')], provider: google });
  await ask({}, 'v1beta/models/m:generateContent?key=AIza-test-own');
  await ask({}, 'v1beta/models/m:generateContent?key=&alt=sse');
  expect(sent.map(({ url, headers }) => [url, headers['x-goog-api-key']])).toEqual([
    ['https://vendor.test/v1beta/models/m:generateContent?key=AIza-test-own', undefined],
    ['https://vendor.test/v1beta/models/m:generateContent?alt=sse', 'sk-test-one'],
  ]);
  const other = start({ stored: [key('one')] });
  await other.ask({}, 'search?key=term');
  expect(keysOf(other.sent)).toEqual(['one']);
});

test('an empty credential, or one from a variable that was not set, counts as none', async () => {
  for (const value of ['', 'Bearer ', 'Bearer undefined', 'null', 'Token']) {
    const { ask, sent } = start({ stored: [key('one')] });
    await ask({ authorization: value, 'x-api-key': '' });
    expect(keysOf(sent), value).toEqual(['one']);
    expect(sent[0]?.headers).not.toHaveProperty('x-api-key');
  }
});

test('without a stored key the call goes out as it came, and the vendor’s own error comes back', async () => {
  const { ask, sent } = start();
  await ask({ authorization: 'Bearer undefined' });
  await ask();
  expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer undefined', undefined]);
});

test('the alias on the call chooses the key', async () => {
  const { ask, sent } = start({ stored: [key('one'), key('two', { alias: 'team-a', isDefault: true })] });
  await ask({ 'cf-aig-byok-alias': 'team-a' });
  await ask({ 'cf-aig-byok-alias': ' ' });
  await ask({ 'cf-aig-byok-alias': 'default' });
  expect(keysOf(sent)).toEqual(['two', 'one', 'one']);
});

test('where nothing is called default, the keys marked as default serve', async () => {
  const { ask, sent } = start({ stored: [key('one', { alias: 'a' }), key('two', { alias: 'b', isDefault: true })] });
  await ask();
  await ask({ 'cf-aig-byok-alias': 'default' });
  expect(keysOf(sent)).toEqual(['two', 'two']);
});

test('a key with another alias that is not marked serves nobody who did not name it', async () => {
  const { ask, sent } = start({ stored: [key('one', { alias: 'a' })] });
  await ask();
  expect(keysOf(sent)).toEqual(['none']);
});

test('an alias that nobody has is answered with 2040 and the aliases that there are', async () => {
  const stored = [key('one', { alias: 'blue' }), key('two', { alias: 'red' }), key('three', { alias: 'red' })];
  const { ask, sent } = start({ stored });
  const failure = await failureOf(await ask({ 'cf-aig-byok-alias': 'green' }));
  expect(failure).toMatchObject({ status: 400, code: 2040 });
  expect(failure.message).toContain(
    "Provider 'openai' has no BYOK credential named 'green'. Configured aliases: 'blue', 'red'",
  );
  expect(await failureOf(await start().ask({ 'cf-aig-byok-alias': 'green' }))).toMatchObject({ code: 2040 });
  expect(sent).toEqual([]);
});

test('keys are asked for by account, gateway and the slug that an alias stands for', async () => {
  const credentials = vi.fn(() => [key('one')]);
  const { ask } = start({ source: { credentials }, provider: { id: 'xai' }, aliases: { xai: 'grok' } });
  await ask();
  expect(credentials).toHaveBeenCalledExactlyOnceWith('acme', 'prod', 'grok');
});

test('a gateway that takes only credentials of its own or the client’s refuses a call without any', async () => {
  const only = { settings: { byokOnly: true } };
  expect(await failureOf(await start(only).ask())).toMatchObject({ status: 400, code: 2109 });
  expect(await failureOf(await start().ask({ 'cf-aig-no-wholesale': 'True' }))).toMatchObject({ code: 2109 });
  const named = start({ ...only, stored: [key('one', { alias: 'blue' })] });
  expect((await failureOf(await named.ask())).message).toContain("cf-aig-byok-alias ('blue')");
  expect(named.sent).toEqual([]);
});

test('the header can’t weaken what the gateway demands, and a credential of any kind satisfies it', async () => {
  const only = { settings: { byokOnly: true } };
  expect((await start(only).ask({ 'cf-aig-no-wholesale': 'false' })).status).toBe(400);
  expect((await start(only).ask({ authorization: 'Bearer sk-test-own' })).status).toBe(200);
  expect((await start({ ...only, stored: [key('one')] }).ask()).status).toBe(200);
  expect((await start({ ...only, provider: { id: 'workers-ai' } }).ask()).status).toBe(200);
  expect((await start({ ...only, provider: { credentialHeaders: [] } }).ask()).status).toBe(200);
});

test('on an open gateway nobody spends a stored key unless the operator allows it', async () => {
  const { ask, sent } = start({ stored: [key('one', { alias: 'blue' }), key('two')], allowOpen: () => false });
  const failure = await failureOf(await ask());
  expect(failure).toMatchObject({ status: 400, code: 2109 });
  expect(failure.message).toContain('cf-aig-authorization');
  const named = await failureOf(await ask({ 'cf-aig-byok-alias': 'nobody' }));
  expect(named.code).toBe(2109);
  expect(named.message).not.toContain('blue');
  expect(sent).toEqual([]);
  expect((await ask({ authorization: 'Bearer sk-test-own' })).status).toBe(200);
  expect((await start({ allowOpen: () => false }).ask()).status).toBe(200);
});

test('an authenticated call spends stored keys, wherever its token stood', async () => {
  for (const header of ['cf-aig-authorization', 'authorization', 'x-api-key']) {
    const closed = { settings: { authentication: true }, allowOpen: () => false };
    const { ask, sent } = start({ ...closed, stored: [key('one')] });
    expect((await ask({ [header]: `Bearer ${GATEWAY_TOKEN}` })).status, header).toBe(200);
    expect(keysOf(sent)).toEqual(['one']);
    expect(JSON.stringify(sent[0]?.headers)).not.toContain(GATEWAY_TOKEN);
  }
});

test('each provider gets the key in the header and behind the word that it wants', async () => {
  const cases = [
    { provider: { credentialHeaders: ['x-api-key', 'authorization'] }, expected: { 'x-api-key': 'sk-test-one' } },
    { provider: { credentialScheme: 'Token' }, expected: { authorization: 'Token sk-test-one' } },
    { provider: { credentialScheme: '' }, expected: { authorization: 'sk-test-one' } },
    {
      provider: { id: 'azure-openai', credentialHeaders: ['api-key', 'authorization', 'x-api-key'] },
      expected: { 'api-key': 'sk-test-one' },
    },
    {
      provider: { id: 'azure', credentialHeaders: ['api-key', 'authorization', 'x-api-key'] },
      path: 'anthropic/v1/messages',
      expected: { 'x-api-key': 'sk-test-one' },
    },
    {
      provider: { id: 'google-ai-studio', credentialHeaders: ['x-goog-api-key', 'authorization'] },
      path: 'v1beta/openai/chat/completions',
      expected: { authorization: 'Bearer sk-test-one' },
    },
    {
      provider: { id: 'google-vertex-ai', credentialHeaders: ['authorization', 'x-goog-api-key'] },
      secret: 'ya29.test-token',
      expected: { authorization: 'Bearer ya29.test-token' },
    },
    {
      provider: { id: 'google-vertex-ai', credentialHeaders: ['authorization', 'x-goog-api-key'] },
      secret: 'AIza-test',
      expected: { 'x-goog-api-key': 'AIza-test' },
    },
    { provider: {}, secret: 'Basic dGVzdDp0ZXN0', expected: { authorization: 'Basic dGVzdDp0ZXN0' } },
    { provider: {}, secret: '  sk-test-padded\n', expected: { authorization: 'Bearer sk-test-padded' } },
  ];
  for (const { provider, path, secret, expected } of cases) {
    const { ask, sent } = start({ provider, stored: [key('one', { ...(secret && { secret }) })] });
    await ask({}, path);
    expect(credentialsIn(sent[0]?.headers)).toEqual(expected);
  }
});

test('no other credential goes along with a stored key, whoever put it there', async () => {
  const { ask, sent } = start({
    stored: [key('one')],
    provider: {
      credentialHeaders: ['authorization'],
      resolve: ({ path }, { baseUrl }) => ({
        url: `${baseUrl}/${path}`,
        path,
        protocol: undefined,
        headers: { authorization: undefined, 'x-api-key': 'left-over', 'x-kept': 'yes' },
      }),
    },
  });
  await ask({ 'x-goog-api-key': 'left-over', 'x-other': 'yes' });
  expect(credentialsIn(sent[0]?.headers)).toEqual({ authorization: 'Bearer sk-test-one' });
  expect(sent[0]?.headers).toMatchObject({ 'x-kept': 'yes', 'x-other': 'yes' });
});

test('a secret that no header can hold is refused without being shown', async () => {
  for (const secret of ['sk-test\nsecond-line', ' ', 'sk-tést']) {
    const { ask, sent } = start({ stored: [key('one', { secret })] });
    const failure = await failureOf(await ask());
    expect(failure.code).toBe(2109);
    expect(failure.message).toContain('"default" stored for openai');
    expect(failure.message).not.toContain('sk-t');
    expect(sent).toEqual([]);
  }
});

test('keys that can’t be read make the call fail with 503, and a credential on the call still serves', async () => {
  const failing = (error: Error) => start({ source: { credentials: () => Promise.reject<StoredCredential[]>(error) } });
  expect(await failureOf(await failing(new Error('disk on fire')).ask())).toMatchObject({ status: 503, code: 2107 });
  const told = await failureOf(await failing(new GatewayError('unavailable', 'The database is away.')).ask());
  expect(told.message).toContain('The database is away.');
  expect((await failing(new Error('away')).ask({ authorization: 'Bearer sk-test-own' })).status).toBe(200);
});

test('the gateway’s own address has no provider, and so no key', async () => {
  const { gateway } = start({ stored: [key('one')], settings: { byokOnly: true } });
  const response = await gateway.fetch(new Request('http://gateway.test/v1/acme/prod', { method: 'POST', body: '[]' }));
  expect(response.status).toBe(404);
});

function credentialsIn(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /authorization|api-key|x-amz/.test(name)));
}
