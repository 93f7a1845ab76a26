import { GatewayError } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, resolve } from './__fixtures__/resolve.ts';
import { customProvider, providers } from './index.ts';

const custom = customProvider({ slug: 'acme', baseUrl: 'https://acme.example/base' });

/** Ways to leave a base, in every spelling that some upstream decodes. */
const CLIMBING: readonly string[] = [
  '..',
  '.',
  '../x',
  'a/../x',
  'a/..',
  './a',
  'a/./b',
  '%2e%2e/x',
  'a/%2E%2e/x',
  'a/.%2e/x',
  'a/%2e./x',
  'a/%2e/x',
  'a/%252e%252e/x',
  'a/%25252e%25252e/x',
  'a/..;x/y',
  'a/%2e%2e;x/y',
  'a/..%2fx',
  'a/..%2Fx',
  'models/..%2f..%2fadmin',
  'models/a%2f..%2fb',
  'models/%2e%2e%2fadmin',
  'models/%252e%252e%252fadmin',
];

const REFUSED: readonly string[] = [
  ...CLIMBING,
  'a\\b',
  '..\\x',
  'a%5cb',
  'a%5C..%5Cb',
  'a%255cb',
  'chat%2Fcompletions',
  'chat%252Fcompletions',
  'models/a%2Fb/c',
  'models/%2Fetc',
  'models/a%2F%2Fb',
  'https://evil.example/x',
  'HTTP://evil.example',
  'https:/evil.example',
  'javascript:/x',
  '/evil.example/x',
  '//evil.example/x',
  'a//b',
  'v1//evil.example',
  'a\u0000b',
  'a\tb',
  'a\r\nhost: evil',
  'a b',
  'a\u007f',
  'a%00b',
  'a%0d%0ahost:x',
  'a%1fb',
  'a%7fb',
  'a#b',
  'a%zz',
  'a%',
  'ü',
  'a\u2025/b',
];

test.each(REFUSED)('the path %j is refused', (path) => {
  for (const provider of ['openai', 'anthropic', 'google-ai-studio', 'workers-ai', 'huggingface', 'ollama'] as const) {
    expect(() => resolve(provider, path), provider).toThrow(GatewayError);
  }
  expect(() => resolve(custom, path)).toThrow(GatewayError);
});

test("a refusal is the client's mistake and says the way out", () => {
  const thrown = thrownBy(() => resolve('openai', 'chat%2Fcompletions'));
  expect(thrown).toMatchObject({ code: 'invalid_path', status: 400 });
  expect(thrown?.message).toContain('write it as "/"');
});

test('a query can carry neither a fragment nor control characters', () => {
  for (const query of ['a=b#c', 'a=\r\nhost:x', 'a= b', 'a=ü']) {
    expect(() => resolve('openai', `models?${query}`), query).toThrow(GatewayError);
  }
});

test('user information in front of the host stays a part of the path', () => {
  for (const path of [
    '@evil.example/x',
    'user:pass@evil.example/x',
    ':80@evil.example',
    '.evil.example/x',
    ':8080/x',
  ]) {
    expect(new URL(resolve(custom, path).url).host, path).toBe('acme.example');
    expect(new URL(resolve('anthropic', path).url).host, path).toBe('api.anthropic.com');
  }
});

describe('parts that go into a host name', () => {
  const BAD_LABELS = [
    'evil.example',
    'a_b',
    'evil@x',
    'a:80',
    'a%2eb',
    '-a',
    'a-',
    'a'.repeat(65),
    '%61',
    '{region}',
    '',
  ];

  test.each(BAD_LABELS)('%j is no Azure resource, no region, no location, no model id', (label) => {
    expect(() => resolve('azure-openai', `${label}/d/chat/completions`)).toThrow(GatewayError);
    expect(() => resolve('aws-bedrock', `bedrock-runtime/${label}/model/m/invoke`)).toThrow(GatewayError);
    expect(() => resolve('anthropic-aws', `${label}/v1/messages`)).toThrow(GatewayError);
    expect(() => resolve('baseten', `model/${label}`)).toThrow(GatewayError);
    if (label !== '' && label !== 'a-') {
      expect(() => resolve('google-vertex-ai', `v1/projects/p/locations/${label}/x`)).toThrow(GatewayError);
    }
  });

  test('a service that Bedrock does not have is refused with the template', () => {
    const thrown = thrownBy(() => resolve('aws-bedrock', 's3/us-east-1/bucket'));
    expect(thrown?.message).toContain('bedrock-runtime/{region}/model/{model}/converse');
    expect(() => resolve('aws-bedrock', 'constructor/us-east-1/x')).toThrow(GatewayError);
  });

  test('an account that is no Cloudflare account never reaches the address', () => {
    expect(() => resolve('workers-ai', 'run/m', { scope: { account: `${ACCOUNT}/../x` } })).toThrow(GatewayError);
  });

  test('slashes may be escaped in ARNs only', () => {
    expect(() => resolve('aws-bedrock', 'bedrock-runtime/us-east-1/model/a%2Fb/invoke')).toThrow(GatewayError);
    expect(() => resolve('aws-bedrock', 'bedrock-runtime/us-east-1/model/arn%3Aaws%3Ax%2F..%2Fy/invoke')).toThrow(
      GatewayError,
    );
  });
});

describe('x-fal-target-url', () => {
  const at = (url: string) => resolve('fal', 'ignored', { headers: { 'x-fal-target-url': url } });

  test("leads to fal's own hosts, with its own query, and stays behind", () => {
    const target = at('https://queue.fal.run/fal-ai/flux/requests/1/status?logs=1');
    expect(target.url).toBe('https://queue.fal.run/fal-ai/flux/requests/1/status?logs=1');
    expect(target.headers).toStrictEqual({ 'x-fal-target-url': undefined });
    expect(at('https://rest.alpha.fal.ai/storage/upload').url).toBe('https://rest.alpha.fal.ai/storage/upload');
    expect(at('https://fal.run').url).toBe('https://fal.run');
  });

  test.each([
    'http://fal.run/x',
    'https://evil.example/x',
    'https://fal.run.evil.example/x',
    'https://evilfal.run/x',
    'https://fal.run@evil.example/x',
    'https://user:pass@fal.run/x',
    'https://fal.run:8443/x',
    'https://fal.run\\@evil.example/x',
    'https://fal.run/../x',
    'https://fal.run/%2e%2e/x',
    'https://fal.run/x#y',
    'https://evil.example#.fal.run/x',
    '//fal.run/x',
    'fal.run/x',
    '',
  ])('refuses %j', (url) => {
    expect(() => at(url)).toThrow(GatewayError);
  });
});

test('whatever is not refused stays inside the base', () => {
  const pieces = [
    'a',
    '.',
    '..',
    '/',
    '%2e',
    '%2F',
    '%5c',
    '\\',
    '@',
    ':',
    ';',
    '%25',
    'v1',
    'models',
    '?',
    '#',
    'x',
    'http:',
    '%3A',
  ];
  const random = generator(7);
  let accepted = 0;
  for (let round = 0; round < 20_000; round++) {
    const path = Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join('');
    for (const provider of [custom, ...providers.filter(({ id }) => id === 'openai' || id === 'mistral')]) {
      const url = urlOrUndefined(() => resolve(provider, path).url);
      if (url === undefined) continue;
      accepted++;
      const base = new URL(provider.baseUrl);
      const parsed = new URL(url);
      expect(parsed.origin, path).toBe(base.origin);
      expect(parsed.username + parsed.password).toBe('');
      expect(`${parsed.pathname}/`.startsWith(`${base.pathname.replace(/\/$/, '')}/`), path).toBe(true);
      // What the URL parser would rewrite, it would also let an upstream read differently.
      expect(parsed.href, path).toBe(new URL(url).href);
    }
  }
  expect(accepted).toBeGreaterThan(1000);
});

function urlOrUndefined(attempt: () => string): string | undefined {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return undefined;
    throw thrown;
  }
}

function thrownBy(attempt: () => unknown): GatewayError | undefined {
  try {
    attempt();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
  }
  return undefined;
}

/** A small linear congruential generator: the same paths every time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
