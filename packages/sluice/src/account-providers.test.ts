import { nodeRuntime } from '@sluice/core/node';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { startUpstream, type Upstream } from '@sluice/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSluice, readConfig, type Sluice } from './index.ts';

let upstream: Upstream;
let sluice: Sluice;
let storage: Storage;

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(ANSWER) });
});
afterEach(async () => {
  await upstream.close();
  await sluice.close();
});

const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'llm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

const ALLOWED = { security: { allowPrivateProviders: true } };

async function start(file: object = ALLOWED): Promise<void> {
  storage = createStorage(await openNodeSqlite(':memory:'), { masterKey: 'master-key-for-tests' });
  const env: Record<string, string> = {
    SLUICE_ADMIN_TOKEN: 'token-test-0123456789',
    SLUICE_CONFIG: JSON.stringify(file),
  };
  const config = readConfig({ env: (name) => env[name] });
  sluice = await createSluice(config, { runtime: nodeRuntime(), storage });
}

async function manage(method: string, path: string, body?: unknown): Promise<{ readonly id: string }> {
  const answer = await sluice.fetch(
    new Request(`http://127.0.0.1/client/v4/accounts/default/ai-gateway${path}`, {
      method,
      headers: { authorization: 'Bearer token-test-0123456789', 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { result: { id: string } }).result;
}

const create = (change: object = {}) =>
  manage('POST', '/custom-providers', {
    name: 'Mine',
    slug: 'mine',
    base_url: `${upstream.url}/one`,
    enable: true,
    ...change,
  });

async function call(headers: Record<string, string> = {}, path = 'custom-mine/chat/completions', body: unknown = CHAT) {
  const url = `http://127.0.0.1/v1/default/default/${path}`;
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  const answer = await sluice.fetch(new Request(url, init));
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}

const CHAT = { model: 'llm', messages: [{ role: 'user', content: 'Hi' }] };

test('a stored provider is called at once, moved at once, and gone at once', async () => {
  await start();
  expect(await call()).toMatchObject({ status: 400, body: expect.stringContaining('2008') });
  const { id } = await create();
  expect((await call()).status).toBe(200);
  await manage('PATCH', `/custom-providers/${id}`, { base_url: `${upstream.url}/two` });
  expect((await call()).status).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(['/one/chat/completions', '/two/chat/completions']);
  await manage('DELETE', `/custom-providers/${id}`);
  expect(await call()).toMatchObject({ status: 400, body: expect.stringContaining('2008') });
});

test('one that is switched off is not called, and says why', async () => {
  await start();
  const { id } = await create({ enable: false });
  expect(await call()).toMatchObject({ status: 400, body: expect.stringMatching(/2008.*switched off/) });
  await manage('PATCH', `/custom-providers/${id}`, { enable: true });
  expect((await call()).status).toBe(200);
  expect(upstream.requests).toHaveLength(1);
});

test('a step of a universal call can be one', async () => {
  await start();
  await create();
  const step = { provider: 'custom-mine', endpoint: 'chat/completions', headers: {}, query: CHAT };
  const wrong = await call({}, '', [step, { ...step, provider: 'custom-nobody' }]);
  expect(wrong).toMatchObject({ status: 400, body: expect.stringContaining('steps[1].provider') });
  expect((await call({}, '', [step])).status).toBe(200);
  expect(upstream.requests.map(({ target }) => target)).toEqual(['/one/chat/completions']);
});

test('its headers go along where the client did not say', async () => {
  await start();
  await create({ headers: '{"X-Team":"search","x-other":"theirs"}' });
  await call({ 'x-other': 'mine' });
  expect(upstream.requests[0]?.headers).toMatchObject({ 'x-team': 'search', 'x-other': 'mine' });
});

test('credentials that are stored for it are used', async () => {
  await start();
  await create();
  await manage('POST', '/gateways/default/provider_configs', {
    provider_slug: 'custom-mine',
    alias: 'default',
    default_config: true,
    secret: 'sk-test-stored',
  });
  await call();
  expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test-stored');
});

test.each([{}, { 'cf-aig-cache-key': 'mine' }])('a change forgets what was cached: %j', async (headers) => {
  await start();
  const { id } = await create();
  const ask = async () => (await call({ 'cf-aig-cache-ttl': '60', ...headers })).headers.get('cf-aig-cache-status');
  expect([await ask(), await ask()]).toEqual(['MISS', 'HIT']);
  await manage('PATCH', `/custom-providers/${id}`, { headers: '{"x-team":"search"}' });
  expect(await ask()).toBe('MISS');
  await manage('DELETE', `/custom-providers/${id}`);
  await create();
  expect(await ask()).toBe('MISS');
});

test('the configuration’s own of the same slug goes first', async () => {
  await start({ ...ALLOWED, customProviders: { mine: { baseUrl: `${upstream.url}/theirs` } } });
  await create();
  await call();
  expect(upstream.requests[0]?.target).toBe('/theirs/chat/completions');
});

test('an address that was allowed once is not called when that is taken back', async () => {
  await start({});
  const account = 'default';
  await storage.customProviders.create({ account, slug: 'mine', name: 'Mine', baseUrl: upstream.url, enable: true });
  expect(await call()).toMatchObject({ status: 400, body: expect.stringContaining('allowPrivateProviders') });
  expect(upstream.requests).toEqual([]);
});
