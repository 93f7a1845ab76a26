import { expect, test } from 'vitest';
import { providerOf, resolve } from './__fixtures__/resolve.ts';
import { customProvider, providers, toBaseUrl } from './index.ts';

const LOCAL = 'http://127.0.0.1:9';

/** A path each vendor would take, and what is left of it below an operator's plain address. */
const OVERRIDES: readonly (readonly [slug: string, given: string, url: string])[] = [
  ['openai', 'v1/chat/completions', `${LOCAL}/chat/completions`],
  ['anthropic', 'messages', `${LOCAL}/v1/messages`],
  ['google-ai-studio', 'v1beta/models/g:generateContent?key=k', `${LOCAL}/v1beta/models/g:generateContent?key=k`],
  ['aws-bedrock', 'bedrock-runtime/us-east-1/model/m/converse', `${LOCAL}/model/m/converse`],
  [
    'azure-openai',
    'acme/d/chat/completions?api-version=1',
    `${LOCAL}/openai/deployments/d/chat/completions?api-version=1`,
  ],
  ['google-vertex-ai', 'v1/projects/p/locations/us/x', `${LOCAL}/v1/projects/p/locations/us/x`],
  ['workers-ai', '@cf/meta/llama', `${LOCAL}/run/@cf/meta/llama`],
  ['huggingface', 'org/model', `${LOCAL}/hf-inference/models/org/model`],
  ['baseten', 'model/abc', `${LOCAL}/production/predict`],
  ['fal', 'fal-ai/flux', `${LOCAL}/fal-ai/flux`],
  ['moonshot', 'chat/completions', `${LOCAL}/v1/chat/completions`],
];

test.each(OVERRIDES)('%s/%s goes to the address the operator put in place', (slug, given, url) => {
  expect(resolve(slug, given, { scope: { baseUrl: LOCAL } }).url).toBe(url);
});

test('every provider stays at the address the operator put in place', () => {
  for (const { id } of providers) {
    const given = { 'aws-bedrock': 'bedrock-runtime/us-east-1/x', bedrock: 'bedrock/us-east-1/x', azure: 'acme/d/x' }[
      id
    ];
    const path = given ?? (id === 'azure-openai' ? 'acme/d/x' : id === 'anthropic-aws' ? 'us-east-1/x' : 'x/y');
    expect(resolve(id, path, { scope: { baseUrl: `${LOCAL}/base` } }).url, id).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/base\//,
    );
  }
});

test('placeholders are filled wherever they stand in the address', () => {
  const baseUrl = 'https://mirror.example/{region}/{service}';
  expect(resolve('aws-bedrock', 'bedrock-runtime/eu-west-1/model/m/invoke', { scope: { baseUrl } }).url).toBe(
    'https://mirror.example/eu-west-1/bedrock-runtime/model/m/invoke',
  );
  expect(resolve('fal', 'fal-ai/flux', { scope: { baseUrl: 'https://mirror.example/{host}' } }).url).toBe(
    'https://mirror.example/fal.run/fal-ai/flux',
  );
  expect(resolve('azure', 'acme/d/x', { scope: { baseUrl: 'https://{resource}.openai.azure.us' } }).url).toBe(
    'https://acme.openai.azure.us/openai/deployments/d/x',
  );
});

test('an address that lacks a part names the setting that gives it', () => {
  expect(() => resolve('openai-compatible', 'v1/models')).toThrow(/SLUICE_PROVIDER_OPENAI_COMPATIBLE_BASE_URL/);
  expect(() => resolve('workers-ai', 'run/m', { scope: { account: 'default' } })).toThrow(
    /\{account\}.*SLUICE_PROVIDER_WORKERS_AI_BASE_URL/,
  );
});

test('a placeholder that only looks known is not filled', () => {
  expect(() => resolve('fal', 'x', { scope: { baseUrl: 'https://mirror.example/{toString}' } })).toThrow(
    /\{toString\}/,
  );
});

test('a base URL is http(s), absolute and free of credentials, query and fragment', () => {
  expect(toBaseUrl(' https://api.example.com/v1/ ')).toBe('https://api.example.com/v1');
  expect(toBaseUrl('https://{region}.example.com')).toBe('https://{region}.example.com');
  for (const bad of [
    '',
    'api.example.com',
    'ftp://a.example',
    'https://u:p@a.example',
    'https://a.example?x',
    'http://a#b',
  ]) {
    expect(() => toBaseUrl(bad), bad).toThrow(/base URL/);
  }
});

test('a custom provider appends verbatim and reads answers by the end of the path', () => {
  const custom = customProvider({ slug: 'acme', baseUrl: 'http://10.0.0.5:8000/', headers: { 'X-Team': 'a' } });
  expect(custom.id).toBe('custom-acme');
  const chat = resolve(custom, 'v1/chat/completions?x=1');
  expect(chat).toMatchObject({
    url: 'http://10.0.0.5:8000/v1/chat/completions?x=1',
    defaultHeaders: { 'x-team': 'a' },
  });
  expect(chat.protocol?.name).toBe('openai-chat');
  expect(resolve(custom, 'v1/messages').protocol?.name).toBe('anthropic-messages');
  expect(resolve(custom, 'anything').protocol).toBeUndefined();
  expect(custom.credentialHeaders).toContain('authorization');
  expect(customProvider({ slug: 'a', baseUrl: LOCAL, credentialHeaders: ['X-Key'] }).credentialHeaders).toEqual([
    'x-key',
  ]);
});

test('a custom provider has a whole address: nothing fills a placeholder in it', () => {
  expect(() => customProvider({ slug: 'acme', baseUrl: 'https://{region}.acme.example' })).toThrow(/\{region\}/);
});

test('a custom provider needs a slug that fits into a path', () => {
  for (const slug of ['', 'A', 'a/b', '-a', 'a-', 'a b', 'ü']) {
    expect(() => customProvider({ slug, baseUrl: LOCAL }), slug).toThrow(/lower-case/);
  }
});

test("a vendor's own address has no trailing slash", () => {
  for (const { id, baseUrl } of providers) expect(baseUrl, id).not.toMatch(/\/$/);
  expect(providerOf('openai').baseUrl).toBe('https://api.openai.com/v1');
});
