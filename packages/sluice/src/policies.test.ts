import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Counters } from '@sluice/core';
import { nodeRuntime } from '@sluice/core/node';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { startUpstream, type Upstream, type UpstreamScript } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSluice, readConfig, type Sluice } from './index.ts';

const ADMIN_TOKEN = 'sk-test-admin-token';
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};
const GOOD: UpstreamScript = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(ANSWER) };
const BUSY: UpstreamScript = { status: 503, headers: { 'content-type': 'application/json' }, body: '{"error":{}}' };

let upstream: Upstream;
let directory: string;
let storage: Storage;
let sluice: Sluice;

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond(GOOD);
  directory = await mkdtemp(join(tmpdir(), 'sluice-'));
  await start();
});

afterEach(async () => {
  await upstream.close();
  await sluice.close();
  await rm(directory, { recursive: true });
});

describe('a gateway does as it is set', () => {
  test('cache_ttl: the second answer comes from the cache, is free, and cache_invalidate_on_update forgets it', async () => {
    await set({ cache_ttl: 300 });
    const first = await chat();
    expect(first.headers.get('cf-aig-cache-status')).toBe('MISS');
    const second = await eventually(() => chat(), hit);
    expect(await second.json()).toEqual(ANSWER);
    expect(await rowOf(second)).toMatchObject({ cached: true, costNanos: 0 });
    const asked = upstream.requests.length;
    await set({ cache_ttl: 300, cache_invalidate_on_update: true });
    expect((await chat()).headers.get('cf-aig-cache-status')).toBe('MISS');
    expect(upstream.requests).toHaveLength(asked + 1);
  });

  test('purging everything, or one key, forgets what is cached', async () => {
    await set({});
    const ask = () => chat({ 'cf-aig-cache-key': 'mine' });
    await ask();
    await eventually(ask, hit);
    expect((await manage('POST', 'gateways/policies/cache/purge', { keys: ['mine'] })).status).toBe(200);
    expect((await ask()).headers.get('cf-aig-cache-status')).toBe('MISS');
    await eventually(ask, hit);
    expect((await manage('POST', 'gateways/policies/cache/purge', { everything: true })).status).toBe(200);
    expect((await ask()).headers.get('cf-aig-cache-status')).toBe('MISS');
  });

  test('rate_limiting_limit, _interval and _technique: one call more than allowed is 429 with a time to come back', async () => {
    await set({ rate_limiting_limit: 2, rate_limiting_interval: 3600, rate_limiting_technique: 'sliding' });
    expect((await chat()).status).toBe(200);
    expect((await chat()).status).toBe(200);
    const refused = await chat();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await rowOf(refused)).errorCode).toBe('rate_limited');
    expect(upstream.requests).toHaveLength(2);
  });

  test('traffic.rateLimits: each value of a metadata key has a limit of its own', async () => {
    const rule = { id: 'team', unit: 'requests', limit: 1, intervalSeconds: 3600, per: 'metadata.team' };
    await set({ traffic: { rateLimits: [rule] } });
    const ask = (team: string) => chat({ 'cf-aig-metadata': JSON.stringify({ team }) });
    expect([(await ask('a')).status, (await ask('b')).status, (await ask('a')).status]).toEqual([200, 200, 429]);
  });

  test('retry_max_attempts: a provider that is busy once is asked again, in one row that names both tries', async () => {
    await set({ retry_max_attempts: 2, retry_delay: 1, retry_backoff: 'constant' });
    upstream.respond((_, index) => (index === 0 ? BUSY : GOOD));
    const answer = await chat();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cf-aig-attempts')).toBe('openai/gpt-4o-mini 503, openai/gpt-4o-mini 200');
    expect((await rowOf(answer)).attempts.map(({ status }) => status)).toEqual([503, 200]);
  });

  test('traffic.timeouts: a provider that takes too long is 504', async () => {
    await set({ traffic: { timeouts: [{ model: 'openai/gpt-4o*', firstByteMs: 50 }] } });
    upstream.respond({ ending: 'silent' });
    expect((await chat()).status).toBe(504);
  });

  test('traffic.breaker: an open circuit refuses at once where it is told to fail fast', async () => {
    await set({ traffic: { breaker: { failures: 2, openSeconds: 60, failFast: true } } });
    upstream.respond(BUSY);
    expect([(await chat()).status, (await chat()).status]).toEqual([503, 503]);
    const refused = await chat();
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await code(refused)).toBe(2108);
    expect(upstream.requests).toHaveLength(2);
  });

  test('byok_only: a call without any credential is refused', async () => {
    await set({ byok_only: true });
    expect(await code(await chat({ authorization: '' }))).toBe(2109);
    expect(upstream.requests).toHaveLength(0);
  });

  test('a stored key is used where a call brings none, and an unknown alias is told with those that exist', async () => {
    await set({});
    const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored-key' };
    expect((await manage('POST', 'gateways/policies/provider_configs', key)).status).toBe(200);
    const answer = await chat({ authorization: '' });
    expect(answer.status).toBe(200);
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test-stored-key');
    const row = await rowOf(answer);
    expect(JSON.stringify(row)).not.toContain('sk-test-stored-key');
    expect(row.attempts[0]?.credential).toEqual(expect.any(String));
    const unknown = await chat({ authorization: '', 'cf-aig-byok-alias': 'other' });
    expect(await unknown.text()).toMatch(/2040.*other.*default/);
  });

  test('a key that is stored for one slug of a vendor serves its other slugs', async () => {
    await set({});
    const key = { provider_slug: 'xai', alias: 'default', default_config: true, secret: 'sk-test-stored-key' };
    expect((await manage('POST', 'gateways/policies/provider_configs', key)).status).toBe(200);
    expect((await chat({ authorization: '' }, 'policies', 'grok')).status).toBe(200);
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer sk-test-stored-key');
  });

  test('a token of one gateway opens that gateway and no other, manages nothing, and ends when it is revoked', async () => {
    await set({ authentication: true });
    await manage('POST', 'gateways', { ...FIELDS, id: 'other', authentication: true });
    const made = await manage('POST', 'tokens', { name: 'app', kind: 'gateway', gateway_id: 'policies' });
    const { value, id } = (await made.json<{ result: { value: string; id: string } }>()).result;
    const token = { 'cf-aig-authorization': `Bearer ${value}` };
    expect((await chat(token)).status).toBe(200);
    expect((await chat(token, 'other')).status).toBe(401);
    expect((await manage('GET', 'gateways', undefined, value)).status).toBe(403);
    await manage('DELETE', `tokens/${id}`);
    expect((await chat(token)).status).toBe(401);
  });
});

test('a token of one gateway in the place of a vendor’s key reaches no vendor through another, open gateway', async () => {
  await set({});
  await manage('POST', 'gateways', { ...FIELDS, id: 'other', authentication: true });
  const made = await manage('POST', 'tokens', { name: 'app', kind: 'gateway', gateway_id: 'other' });
  const { value } = (await made.json<{ result: { value: string } }>()).result;
  const headers = { authorization: `Bearer ${value}` };
  await chat(headers);
  const step = { provider: 'openai', endpoint: 'chat/completions', headers, query: { model: 'gpt-4o-mini' } };
  await sluice.fetch(
    new Request('http://127.0.0.1:8787/v1/default/policies', { method: 'POST', body: JSON.stringify([step]) }),
  );
  expect(upstream.requests).toHaveLength(2);
  expect(JSON.stringify(upstream.requests.map((request) => request.headers))).not.toContain(value);
});

test('identical calls at once ask the vendor once', async () => {
  await set({ cache_ttl: 300 });
  const gate = Promise.withResolvers<void>();
  upstream.respond(async () => {
    await gate.promise;
    return GOOD;
  });
  const answers = [chat(), chat()];
  await upstream.arrived(0);
  gate.resolve();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  expect(upstream.requests).toHaveLength(1);
});

test('the universal endpoint goes on to the next step, whose row names every try', async () => {
  await set({});
  upstream.respond(({ target }) => (target.startsWith('/primary') ? BUSY : GOOD));
  const step = (provider: string, model: string) => ({
    provider,
    endpoint: 'chat/completions',
    headers: { authorization: 'Bearer sk-test-1' },
    query: { model, messages: [{ role: 'user', content: 'Hi' }] },
  });
  const answer = await sluice.fetch(
    new Request('http://127.0.0.1:8787/v1/default/policies', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([step('custom-primary', 'first'), step('openai', 'gpt-4o-mini')]),
    }),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cf-aig-step')).toBe('1');
  expect(await answer.json()).toEqual(ANSWER);
  const row = await rowOf(answer);
  expect(row).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini', step: 1, success: true });
  expect(row.attempts.map(({ provider, status, step: at }) => [provider, status, at])).toEqual([
    ['custom-primary', 503, 0],
    ['openai', 200, 1],
  ]);
});

test('stored keys are for authenticated calls, unless nobody but this machine reaches the server', async () => {
  await sluice.close();
  await start({ HOST: '0.0.0.0' });
  await set({});
  const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored-key' };
  await manage('POST', 'gateways/policies/provider_configs', key);
  expect(await code(await chat({ authorization: '' }))).toBe(2109);
  expect(upstream.requests).toHaveLength(0);
});

test.each([
  ['0.0.0.0', true, 200],
  ['127.0.0.1', false, 400],
])('on %s credentials.allowOpen: %s decides who may use stored keys', async (HOST, allowOpen, status) => {
  await sluice.close();
  await start({ HOST, SLUICE_CONFIG: JSON.stringify({ credentials: { allowOpen } }) });
  await set({});
  const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored-key' };
  await manage('POST', 'gateways/policies/provider_configs', key);
  expect((await chat({ authorization: '' })).status).toBe(status);
});

test.each([
  [undefined, 200],
  [false, 503],
])(
  'rateLimit.failOpen: %s decides what becomes of calls that nobody can count, for gateways and for keys',
  async (failOpen, status) => {
    await sluice.close();
    const away = (): never => {
      throw new Error('The counters are away.');
    };
    const env = failOpen === undefined ? {} : { SLUICE_CONFIG: JSON.stringify({ rateLimit: { failOpen } }) };
    const report = vi.spyOn(console, 'error').mockReturnValue();
    await start(env, { take: away, add: away, release: away });
    await set({ rate_limiting_limit: 9, rate_limiting_interval: 60 });
    expect((await chat()).status).toBe(status);
    await set({});
    expect((await chat()).status).toBe(200);
    const key = { provider_slug: 'openai', alias: 'default', default_config: true, secret: 'sk-test-stored-key' };
    await manage('POST', 'gateways/policies/provider_configs', { ...key, rate_limit: 9, rate_limit_period: 60 });
    expect((await chat({ authorization: '' })).status).toBe(status);
    expect(report).toHaveBeenCalled();
    report.mockRestore();
  },
);

test('compat: strict leaves out what the hosted service does not say of its limits', async () => {
  await set({ rate_limiting_limit: 9, rate_limiting_interval: 60 });
  expect((await chat()).headers.has('ratelimit-limit')).toBe(true);
  await sluice.close();
  await start({ SLUICE_CONFIG: '{"compat":"strict"}' });
  expect((await chat()).headers.has('ratelimit-limit')).toBe(false);
});

test('contextWindows: a prompt that is too long goes on to no step whose window is known to be no larger', async () => {
  await sluice.close();
  await start({ SLUICE_CONFIG: JSON.stringify({ contextWindows: { 'openai/large': 9, 'openai/small': 8 } }) });
  await set({});
  upstream.respond({
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"message":"Too long.","code":"context_length_exceeded"}}',
  });
  const steps = ['large', 'small'].map((model) => ({
    provider: 'openai',
    endpoint: 'chat/completions',
    headers: { authorization: 'Bearer sk-test-1' },
    query: { model },
  }));
  const answer = await sluice.fetch(
    new Request('http://127.0.0.1:8787/v1/default/policies', { method: 'POST', body: JSON.stringify(steps) }),
  );
  expect(answer.status).toBe(400);
  expect(upstream.requests).toHaveLength(1);
});

const FIELDS = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};

async function start(env: Record<string, string> = {}, counters?: Counters): Promise<void> {
  const variables: Record<string, string> = {
    SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
    SLUICE_PROVIDER_OPENAI_BASE_URL: upstream.url,
    SLUICE_PROVIDER_GROK_BASE_URL: upstream.url,
    SLUICE_CONFIG: JSON.stringify({
      logging: { flushIntervalMs: 1 },
      customProviders: { primary: { baseUrl: `${upstream.url}/primary` } },
    }),
    ...env,
  };
  const config = readConfig({ env: (name) => variables[name] });
  const masterKey = 'a-master-key-for-tests-0123456789';
  storage = createStorage(await openNodeSqlite(join(directory, 'sluice.db')), { masterKey });
  sluice = await createSluice(config, { runtime: nodeRuntime(), storage, ...(counters && { counters }) });
}

/** Makes the gateway `policies`, or changes it. */
async function set(settings: object): Promise<void> {
  const body = { ...FIELDS, ...settings };
  const changed = await manage('PUT', 'gateways/policies', body);
  if (changed.status === 200) return;
  const created = await manage('POST', 'gateways', { ...body, id: 'policies' });
  expect(created.status, await created.clone().text()).toBe(200);
}

interface Answered extends Response {
  json<T>(): Promise<T>;
}

async function manage(method: string, path: string, body?: object, token = ADMIN_TOKEN): Promise<Answered> {
  const url = `http://127.0.0.1:8787/client/v4/accounts/default/ai-gateway/${path}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return (await sluice.fetch(new Request(url, init))) as Answered;
}

function chat(headers: Record<string, string> = {}, gateway = 'policies', slug = 'openai'): Promise<Response> {
  const url = `http://127.0.0.1:8787/v1/default/${gateway}/${slug}/chat/completions`;
  return Promise.resolve(
    sluice.fetch(
      new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-1', ...headers },
        body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }),
      }),
    ),
  );
}

/** Answers are kept behind the answer, so the next call may come too early. */
function eventually(ask: () => Promise<Response>, wanted: (answer: Response) => boolean): Promise<Response> {
  return vi.waitFor(async () => {
    const answer = await ask();
    if (!wanted(answer)) throw new Error('The answer is not there yet.');
    return answer;
  });
}

function hit(answer: Response): boolean {
  return answer.headers.get('cf-aig-cache-status') === 'HIT';
}

async function code(answer: Response): Promise<unknown> {
  const body = (await answer.clone().json()) as { internalCode?: number };
  return body.internalCode;
}

function rowOf(answer: Response) {
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  return vi.waitFor(
    async () => {
      const row = await storage.logs.get('default', 'policies', id);
      if (row === undefined) throw new Error('There is no row yet.');
      return row;
    },
    { timeout: 5_000 },
  );
}
