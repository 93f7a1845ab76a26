import { type Provider, TransportError, type UpstreamReply, type UpstreamRequest } from '@sluice/core';
import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { answer, failureOf, key, ok, pieces, type Scenario, start, type TestGateway } from './test-gateway.ts';

const TOKEN_URI = 'https://oauth2.googleapis.com/token';
const PATH = 'v1/projects/p/locations/us-central1/publishers/google/models/gemini-test:generateContent';
let publicKey: CryptoKey;
let account: Record<string, string>;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  publicKey = pair.publicKey;
  account = {
    type: 'service_account',
    client_email: 'robot@project.iam.gserviceaccount.com',
    private_key_id: 'key-1',
    private_key: await exportPKCS8(pair.privateKey),
    token_uri: TOKEN_URI,
    region: 'us-central1',
  };
});

test('a stored service account is exchanged for an access token, which the call is sent with', async () => {
  const { ask, sent, clock } = vertex();
  expect((await ask({}, PATH)).status).toBe(200);
  const [exchange, call] = sent;
  expect(exchange).toMatchObject({ method: 'POST', url: TOKEN_URI });
  expect(exchange?.headers).not.toHaveProperty('authorization');
  const form = new URLSearchParams(new TextDecoder().decode(exchange?.body ?? undefined));
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
    currentDate: new Date(clock.now),
  });
  expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  expect(payload).toEqual({
    iss: account.client_email,
    sub: account.client_email,
    aud: TOKEN_URI,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    iat: clock.now / 1000,
    exp: clock.now / 1000 + 3600,
  });
  expect(call?.url).toBe(`https://vendor.test/${PATH}`);
  expect(call?.headers.authorization).toBe('Bearer ya29.test-1');
});

test('a token serves until a minute before it expires', async () => {
  const { ask, sent, clock } = vertex();
  await ask({}, PATH);
  clock.now += 3_539_999;
  await ask({}, PATH);
  expect(tokensOf(sent)).toEqual(['ya29.test-1', 'ya29.test-1']);
  clock.now += 1;
  await ask({}, PATH);
  expect(tokensOf(sent)).toEqual(['ya29.test-1', 'ya29.test-1', 'ya29.test-2']);
});

test('a token that was revoked is replaced once, and a vendor that says no again is believed', async () => {
  const revoked = new Set<string>();
  const { ask, sent } = vertex({ upstream: refusing(revoked) });
  await ask({}, PATH);
  revoked.add('ya29.test-1');
  expect((await ask({}, PATH)).status).toBe(200);
  revoked.add('ya29.test-2').add('ya29.test-3');
  expect((await ask({}, PATH)).status).toBe(401);
  expect(tokensOf(sent)).toEqual(['ya29.test-1', 'ya29.test-1', 'ya29.test-2', 'ya29.test-2', 'ya29.test-3']);
});

test('a client may send its service account in base64, and it goes to nobody', async () => {
  const { ask, sent, outcomes, gateway } = vertex({ stored: [], allowOpen: () => false });
  for (const text of [btoa(JSON.stringify(account)), btoa(JSON.stringify(account)).replace(/=+$/, '')]) {
    expect((await ask({ authorization: `Bearer ${text}` }, PATH)).status).toBe(200);
  }
  expect(tokensOf(sent)).toEqual(['ya29.test-1', 'ya29.test-1']);
  await gateway.close();
  expect(outcomes[0]?.reply.call).toMatchObject({ credential: null, headers: { authorization: 'Bearer ya29.test-1' } });
});

test('an access token of the client’s is forwarded as it is', async () => {
  const { ask, sent } = vertex();
  const own = `Bearer ya29.${'a'.repeat(400)}`;
  await ask({ authorization: own }, PATH);
  await ask({ authorization: `Bearer ${'a'.repeat(400)}` }, PATH);
  expect(sent.map(({ headers }) => headers.authorization)).toEqual([own, `Bearer ${'a'.repeat(400)}`]);
});

test('who knows a service account but not its private key gets nobody’s token', async () => {
  const { ask, sent } = vertex();
  await ask({}, PATH);
  const other = await exportPKCS8((await generateKeyPair('RS256', { extractable: true })).privateKey);
  await ask({ authorization: `Bearer ${btoa(JSON.stringify({ ...account, private_key: other }))}` }, PATH);
  expect(sent.filter(({ url }) => url === TOKEN_URI)).toHaveLength(2);
});

test('tokens are asked for at Google’s addresses alone, whatever the service account says', async () => {
  for (const token_uri of [
    'http://oauth2.googleapis.com/token',
    'https://googleapis.com.evil.test/token',
    'https://evilgoogleapis.com/token',
    'https://oauth2.googleapis.com:8443/token',
    'https://user@oauth2.googleapis.com/token',
    'http://169.254.169.254/',
    'nonsense',
  ]) {
    const { ask, sent } = vertex({ stored: [] });
    const text = btoa(JSON.stringify({ ...account, token_uri }));
    expect(await failureOf(await ask({ authorization: `Bearer ${text}` }, PATH)), token_uri).toMatchObject({
      status: 400,
      code: 2109,
    });
    expect(sent).toEqual([]);
  }
});

test('the operator may name another place for tokens, and the statement is still for Google', async () => {
  const tokenUrl = 'http://127.0.0.1:9999/token';
  const { ask, sent, clock } = vertex({ tokenUrl });
  await ask({}, PATH);
  expect(sent[0]?.url).toBe(tokenUrl);
  const form = new URLSearchParams(new TextDecoder().decode(sent[0]?.body ?? undefined));
  const options = { currentDate: new Date(clock.now), audience: TOKEN_URI };
  await expect(jwtVerify(form.get('assertion') ?? '', publicKey, options)).resolves.toBeDefined();
});

test('a service account that Google refuses is told by Google’s word and nothing more, and another key takes over', async () => {
  const refused = answer(400, {}, '{"error":"invalid_grant","error_description":"secret text"}');
  const { ask } = vertex({ tokens: () => refused });
  const failure = await failureOf(await ask({}, PATH));
  expect(failure).toMatchObject({ status: 400, code: 2109 });
  expect(failure.message).toContain('"default" stored for google-vertex-ai was refused');
  expect(failure.message).toContain('(400, invalid_grant)');
  expect(failure.message).not.toMatch(/secret text|PRIVATE|robot/);
  const two = vertex({
    stored: [stored(), key('two', { secret: 'ya29.test-two' })],
    tokens: () => answer(401, {}, '{"error":"invalid_client"}'),
  });
  expect((await two.ask({}, PATH)).status).toBe(200);
  expect(tokensOf(two.sent)).toEqual(['ya29.test-two']);
});

test('a token server that fails, stays away or says nonsense is an upstream’s failure', async () => {
  const cases: [() => UpstreamReply, number][] = [
    [() => answer(503), 502],
    [() => answer(429), 502],
    [() => answer(200, {}, 'not json'), 502],
    [() => answer(200, {}, '{"access_token":"a\\nb","expires_in":3600}'), 502],
    [() => ({ ...answer(200), body: pieces(...Array(5).fill('x'.repeat(20_000))) }), 502],
    [() => fail(new TransportError('unreachable', 'no route')), 502],
    [() => fail(new TransportError('timeout', 'no head')), 504],
  ];
  for (const [tokens, status] of cases) {
    const { ask, sent } = vertex({ tokens });
    const failure = await failureOf(await ask({}, PATH));
    expect(failure).toMatchObject({ status, code: 2005 });
    expect(failure.message).toContain('oauth2.googleapis.com');
    expect(tokensOf(sent)).toEqual([]);
  }
});

test('a token request may take ten seconds, and ends when the client leaves', async () => {
  const { ask, sent } = vertex();
  await ask({}, PATH);
  expect(sent[0]?.timeoutMs).toBe(10_000);
  const leave = new AbortController();
  const late = vertex({
    tokens: () => {
      leave.abort();
      return fail(new TransportError('interrupted', 'aborted'));
    },
  });
  expect(await failureOf(await late.ask({}, PATH, { signal: leave.signal }))).toMatchObject({ status: 499 });
});

test('what is no service account is refused without being shown', async () => {
  for (const secret of [
    '{"client_email":"robot@test","private_key":12}',
    '{"client_email":"robot@test","private_key":"-----BEGIN PRIVATE KEY-----\\ntest-key\\n-----END PRIVATE KEY-----"}',
    '{"type":"service_account","private_key":"test-key',
  ]) {
    const { ask, sent } = vertex({ stored: [key('one', { secret })] });
    const failure = await failureOf(await ask({}, PATH));
    expect(failure).toMatchObject({ status: 400, code: 2109 });
    expect(failure.message).not.toContain('test-key');
    expect(sent).toEqual([]);
  }
});

interface VertexScenario extends Scenario {
  /** Answers for the token server. */
  readonly tokens?: () => UpstreamReply;
}

/** A gateway before Vertex AI and a token server that gives out `ya29.test-1`, `ya29.test-2`, … for an hour each. */
function vertex({ tokens, upstream = ok, tokenUrl, ...scenario }: VertexScenario = {}): TestGateway {
  let given = 0;
  const token = (): UpstreamReply => {
    given += 1;
    return answer(200, {}, JSON.stringify({ access_token: `ya29.test-${given}`, expires_in: 3600 }));
  };
  return start({
    stored: [stored()],
    provider: vertexAi,
    upstream: (request) => (request.url === (tokenUrl ?? TOKEN_URI) ? (tokens ?? token)() : upstream(request)),
    ...(tokenUrl && { tokenUrl }),
    ...scenario,
  });
}

function stored() {
  return key('one', { secret: JSON.stringify(account, null, 2) });
}

const vertexAi: Partial<Provider> = {
  id: 'google-vertex-ai',
  credentialHeaders: ['authorization', 'x-goog-api-key'],
};

function refusing(tokens: ReadonlySet<string>) {
  return (request: UpstreamRequest) => answer(tokens.has(tokensOf([request])[0] ?? '') ? 401 : 200);
}

/** The tokens that went to the vendor. */
function tokensOf(sent: readonly UpstreamRequest[]): string[] {
  return sent.flatMap(({ headers }) => headers.authorization?.replace('Bearer ', '') ?? []);
}

function fail(error: Error): never {
  throw error;
}
