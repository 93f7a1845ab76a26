import type { Provider, UpstreamRequest } from '@sluice/core';
import { expect, test } from 'vitest';
import { answer, failureOf, key, start } from './test-gateway.ts';

const PAIR = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const BODY = '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}';
const CLAUDE = 'anthropic.claude-haiku-4-5-20251001-v1%3A0';

test('a Bedrock call is signed as AWS publishes it, with the model id escaped twice', async () => {
  const { headers, url } = await signed(`bedrock-runtime/us-east-1/model/${CLAUDE}/converse`);
  expect(url).toBe(`https://bedrock-runtime.us-east-1.amazonaws.com/model/${CLAUDE}/converse`);
  expect(headers['x-amz-date']).toBe('20261122T120000Z');
  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/aws4_request, ' +
      'SignedHeaders=host;x-amz-date, Signature=69c56a6ce256b327104fd62b10a80562580eba3b008895bd5fa07ae1905ed130',
  );
});

test('a session token is sent and signed, and an ARN stays one segment', async () => {
  const arn = 'arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.';
  const { headers } = await signed(`bedrock-runtime/us-east-1/model/${arn}${CLAUDE}/converse`, {
    secret: { ...PAIR, sessionToken: 'TOKEN' },
  });
  expect(headers['x-amz-security-token']).toBe('TOKEN');
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token');
  expect(headers.authorization).toContain('a2b4f6f51c1359e4ac78e381e6bbb77c76b107437e16fe4a13ac51c8d5c639e7');
});

test('the address called says service and region, also that of a private endpoint', async () => {
  for (const [path, scope] of [
    ['bedrock-runtime/eu-west-1/model/m/converse', 'eu-west-1/bedrock'],
    ['bedrock-runtime-fips/us-gov-west-1/model/m/converse', 'us-gov-west-1/bedrock'],
    ['bedrock-agent-runtime/us-west-2/rerank', 'us-west-2/bedrock'],
    ['bedrock-mantle/us-west-2/v1/responses', 'us-west-2/bedrock-mantle'],
    ['bedrock-mantle/us-west-2/anthropic/v1/messages', 'us-west-2/bedrock-mantle'],
  ]) {
    await expectSigned(await signed(path ?? '', { secret: { ...PAIR, region: 'ap-south-1' } }), scope ?? '');
  }
  const base = 'https://vpce-0a1b.bedrock-runtime.eu-central-1.vpce.amazonaws.com';
  await expectSigned(await signed('bedrock-runtime/eu-central-1/model/m/converse', { base }), 'eu-central-1/bedrock');
});

test('behind an address of the operator’s own the stored region counts, and the path says which service', async () => {
  const own = { base: 'http://127.0.0.1:9999/aws', secret: { ...PAIR, region: 'ap-south-1' } };
  await expectSigned(await signed('bedrock-runtime/us-east-1/model/m/converse?a=b%20c&a=1', own), 'ap-south-1/bedrock');
  const messages = await signed('bedrock-mantle/us-east-1/anthropic/v1/messages', own);
  await expectSigned(messages, 'ap-south-1/bedrock-mantle');
  const { ask } = start({ stored: [awsKey(PAIR)], provider: { ...bedrock, baseUrl: 'http://127.0.0.1:9999' } });
  expect((await failureOf(await ask({}, 'bedrock-runtime/us-east-1/model/m/converse'))).message).toContain('"region"');
});

test('Claude on AWS is signed for its own service', async () => {
  const provider: Partial<Provider> = {
    id: 'anthropic-aws',
    baseUrl: 'https://aws-external-anthropic.us-west-2.api.aws',
    credentialHeaders: ['x-api-key', 'authorization', 'x-amz-date', 'x-amz-security-token'],
  };
  const { ask, sent } = start({ stored: [awsKey(PAIR)], provider });
  await ask({}, 'v1/messages', { body: BODY });
  await expectSigned(sent[0], 'us-west-2/aws-external-anthropic');
});

test('AWS’s own headers of the client are signed, and its signature is none of ours', async () => {
  const { headers } = await signed('bedrock-runtime/us-east-1/model/m/converse', {
    headers: { 'x-amzn-bedrock-trace': 'ENABLED', 'x-amz-date': '20200101T000000Z', 'user-agent': 'test' },
  });
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amzn-bedrock-trace,');
  expect(headers['x-amz-date']).toBe('20261122T120000Z');
});

test('each try is signed anew', async () => {
  const stored = [awsKey(PAIR), awsKey({ ...PAIR, accessKeyId: 'AKIDOTHER' }, 'two')];
  const { ask, sent, clock } = start({
    stored,
    provider: bedrock,
    upstream: () => {
      clock.now += 60_000;
      return answer(403);
    },
  });
  await ask({}, 'bedrock-runtime/us-east-1/model/m/converse');
  expect(sent.map(({ headers }) => headers['x-amz-date'])).toEqual(['20261122T120000Z', '20261122T120100Z']);
  expect(sent.map(({ headers }) => headers.authorization?.slice(28, 37))).toEqual(['AKIDEXAMP', 'AKIDOTHER']);
});

test('a call without a body is signed too', async () => {
  const { ask, sent } = start({ stored: [awsKey(PAIR)], provider: bedrock });
  await ask({}, 'bedrock/us-east-1/foundation-models?byProvider=x', { method: 'GET', body: null });
  await expectSigned(sent[0], 'us-east-1/bedrock');
});

test('a signed call of the client’s is forwarded untouched', async () => {
  const { ask, sent } = start({ stored: [awsKey(PAIR)], provider: bedrock });
  const own = { authorization: 'AWS4-HMAC-SHA256 Credential=test', 'x-amz-date': '20200101T000000Z' };
  await ask(own, 'bedrock-runtime/us-east-1/model/m/converse');
  expect(sent[0]?.headers).toMatchObject(own);
});

test('a Bedrock API key is sent as it is, on the Messages path the way Anthropic’s SDK does', async () => {
  const { ask, sent } = start({ stored: [key('one', { secret: 'bedrock-api-key-test' })], provider: bedrock });
  await ask({}, 'bedrock-runtime/us-east-1/model/m/converse');
  await ask({}, 'bedrock-mantle/us-east-1/anthropic/v1/messages');
  expect(sent.map(({ headers }) => [headers.authorization, headers['x-api-key']])).toEqual([
    ['Bearer bedrock-api-key-test', undefined],
    [undefined, 'bedrock-api-key-test'],
  ]);
});

test('JSON that is no AWS key is refused without being shown', async () => {
  for (const secret of ['{"accessKeyId":"AKIDEXAMPLE"}', '{"secretAccessKey":"test-half', '{}']) {
    const { ask, sent } = start({ stored: [key('one', { secret })], provider: bedrock });
    const failure = await failureOf(await ask({}, 'bedrock-runtime/us-east-1/model/m/converse'));
    expect(failure).toMatchObject({ status: 400, code: 2109 });
    expect(failure.message).not.toMatch(/AKIDEXAMPLE|test-half/);
    expect(sent).toEqual([]);
  }
});

interface SignedOptions {
  readonly secret?: object;
  readonly base?: string;
  readonly headers?: Record<string, string>;
}

async function signed(path: string, { secret = PAIR, base, headers }: SignedOptions = {}): Promise<UpstreamRequest> {
  const { ask, sent } = start({ stored: [awsKey(secret)], provider: { ...bedrock, ...(base && { baseUrl: base }) } });
  await ask(headers, path, { body: BODY });
  if (sent[0] === undefined) throw new Error('nothing was sent');
  return sent[0];
}

function awsKey(secret: object, id = 'one') {
  return key(id, { secret: JSON.stringify(secret) });
}

/** As the shipped provider of this name resolves. */
const bedrock: Partial<Provider> = {
  id: 'aws-bedrock',
  baseUrl: 'https://{service}.{region}.{domain}',
  credentialHeaders: ['authorization', 'x-api-key', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'],
  resolve({ path: given, query }, { baseUrl }) {
    const [service = '', region = '', ...rest] = given.split('/');
    const domain = service === 'bedrock-mantle' ? 'api.aws' : 'amazonaws.com';
    const base = baseUrl.replace('{service}', service).replace('{region}', region).replace('{domain}', domain);
    const path = rest.join('/');
    return { url: `${base}/${path}${query}`, path, protocol: undefined };
  },
};

/** Signs what was sent once more, by the published steps and with nothing of the library. */
async function expectSigned(request: UpstreamRequest | undefined, scope: string): Promise<void> {
  if (request === undefined) throw new Error('nothing was sent');
  const { authorization = '', ...headers } = request.headers;
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const { host, pathname, search } = new URL(request.url);
  const canonical = [
    request.method,
    pathname.split('/').map(escaped).join('/'),
    canonicalQuery(search),
    ...names.split(';').map((name) => `${name}:${name === 'host' ? host : headers[name]}`),
    '',
    names,
    await sha256(request.body ?? new Uint8Array()),
  ].join('\n');
  const date = headers['x-amz-date'] ?? '';
  const place = `${date.slice(0, 8)}/${scope}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, place, await sha256(utf8(canonical))].join('\n');
  let derived = utf8(`AWS4${PAIR.secretAccessKey}`);
  for (const part of place.split('/')) derived = await hmac(derived, part);
  const signature = hex(await hmac(derived, toSign));
  expect(authorization).toBe(
    `AWS4-HMAC-SHA256 Credential=${PAIR.accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`,
  );
}

function canonicalQuery(search: string): string {
  return [...new URLSearchParams(search)]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function hmac(secret: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text)));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
