import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeRuntime } from '@sluice/core/node';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { gate, startUpstream, type Upstream, unusedPort } from '@sluice/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigError, createSluice, readConfig, type Sluice, welcome } from './index.ts';

const CHAT = '/v1/default/default/openai/chat/completions';
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

let upstream: Upstream;
let directory: string;
const started: Started[] = [];

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(ANSWER) });
  directory = await mkdtemp(join(tmpdir(), 'sluice-'));
});

afterEach(async () => {
  // The upstream goes first, so that no open stream can hold a test up.
  await upstream.close();
  for (const { sluice } of started.splice(0)) await sluice.close();
  await rm(directory, { recursive: true });
});

test('a call reaches the provider and leaves a row with tokens, cost and both bodies', async () => {
  const { sluice, storage } = await start();
  const answer = await sluice.fetch(chat());
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual(ANSWER);
  const row = await rowOf(storage, answer);
  expect(row).toMatchObject({
    provider: 'openai',
    model: 'gpt-4o-mini-2024-07-18',
    statusCode: 200,
    success: true,
    tokensIn: 10,
    tokensOut: 5,
    // 10 × $0.15 and 5 × $0.60 per million.
    costNanos: 4_500,
  });
  expect(text(await storage.logs.body(row.id, 'request'))).toContain('"Hi"');
  expect(text(await storage.logs.body(row.id, 'response'))).toBe(JSON.stringify(ANSWER));
});

test('a stream that breaks off is a failed row that says why and what is known', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const frame = 'data: {"model":"gpt-4o-mini","choices":[{"delta":{"content":"Hel"}}]}\n\n';
  upstream.respond({ headers, body: [frame], ending: 'cut' });
  const { sluice, storage } = await start();
  const answer = await sluice.fetch(chat());
  const seen = await answer.text();
  expect(seen).toContain('upstream_interrupted');
  const row = await rowOf(storage, answer);
  expect(row).toMatchObject({ success: false, partial: true, streamed: true, tokensOut: null, costNanos: null });
  expect(row.errorCode).toBe('upstream_interrupted');
  // What the client saw, our own error event included.
  expect(text(await storage.logs.body(row.id, 'response'))).toBe(seen);
});

test('a client that leaves closes the upstream and leaves a row', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  upstream.respond({ headers, body: ['data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n'], ending: 'stall' });
  const { sluice, storage } = await start();
  const answer = await sluice.fetch(chat());
  const reader = orThrow(answer.body ?? undefined).getReader();
  await reader.read();
  await reader.cancel();
  expect(await upstream.disconnected(0)).toMatchObject({ early: true });
  expect(await rowOf(storage, answer)).toMatchObject({ success: false, abandoned: true, partial: true });
});

test('a call that is turned away leaves a row without bodies', async () => {
  const { sluice, storage } = await start({ HOST: '0.0.0.0' });
  const answer = await sluice.fetch(chat());
  const row = await rowOf(storage, answer);
  expect(row).toMatchObject({ statusCode: 401, success: false, errorCode: 'unauthorized', authenticated: false });
  expect(await storage.logs.body(row.id, 'request')).toBeUndefined();
});

test('a row says that its call was authenticated', async () => {
  const { sluice, storage } = await start({ HOST: '0.0.0.0' });
  const answer = await sluice.fetch(chat(CHAT, { 'cf-aig-authorization': `Bearer ${sluice.newToken}` }));
  expect(await rowOf(storage, answer)).toMatchObject({ authenticated: true });
});

test('a call that wants no row gets none', async () => {
  const { sluice, storage } = await start({}, { logging: { flushIntervalMs: 0 } });
  const waiting: Promise<unknown>[] = [];
  const silent = chat(CHAT, { 'cf-aig-collect-log': 'false' });
  const answer = await sluice.fetch(silent, { waitUntil: (task) => void waiting.push(task) });
  await Promise.all(waiting);
  expect(answer.headers.has('cf-aig-log-id')).toBe(false);
  expect((await storage.logs.list('default', 'default', { page: 1, perPage: 10 })).items).toEqual([]);
});

test('neither the credential nor the gateway token is anywhere in the database', async () => {
  const { sluice, storage } = await start({ HOST: '0.0.0.0' });
  const token = orThrow(sluice.newToken);
  const path = `${CHAT}?key=sk-test-query&x=1`;
  upstream.respond({ status: 401, body: '{"error":{"message":"Incorrect API key provided."}}' });
  await rowOf(storage, await sluice.fetch(chat(path, { 'cf-aig-authorization': `Bearer ${token}` })));
  for (const file of await readdir(directory)) {
    const bytes = await readFile(join(directory, file), 'latin1');
    for (const secret of ['sk-test-1', 'sk-test-query', token]) expect(bytes.includes(secret)).toBe(false);
  }
});

test('a dead log changes nothing for callers, and its rows are written once it is back', async () => {
  const { sluice, storage } = await start({}, { logging: { flushIntervalMs: 1 } });
  const insert = vi.spyOn(storage.logs, 'insert').mockRejectedValue(new Error('the disk is full'));
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const answers = [await sluice.fetch(chat()), await sluice.fetch(chat())];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  await vi.waitFor(() =>
    expect(told).toHaveBeenCalledWith(expect.stringContaining('could not be written'), expect.anything()),
  );
  insert.mockRestore();
  for (const answer of answers) await rowOf(storage, answer);
  told.mockRestore();
});

test('the first start makes an account, an open gateway on loopback and a token', async () => {
  const { sluice, storage } = await start();
  expect(sluice.authentication).toBe(false);
  expect(await storage.settings.get('default', 'default')).toMatchObject({ authentication: false, isDefault: true });
  expect(await storage.tokens.verify(orThrow(sluice.newToken))).toMatchObject({ account: 'default' });
});

test('SLUICE_ACCOUNT_ID names the account', async () => {
  const { sluice } = await start({ SLUICE_ACCOUNT_ID: 'acme' });
  expect((await sluice.fetch(chat('/v1/acme/default/openai/chat/completions'))).status).toBe(200);
  expect((await sluice.fetch(chat())).status).toBe(400);
});

test('the gateway is authenticated when others can reach the server, and the new token opens it', async () => {
  const { sluice } = await start({ HOST: '0.0.0.0' });
  expect(sluice.authentication).toBe(true);
  const refused = await sluice.fetch(chat());
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ success: false, error: [{ code: 2009 }] });
  const named = await sluice.fetch(chat(CHAT, { 'cf-aig-authorization': `Bearer ${sluice.newToken}` }));
  expect(named.status).toBe(200);
  const native = await sluice.fetch(chat(CHAT, { authorization: `Bearer ${sluice.newToken}` }));
  expect(native.status).toBe(200);
  expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-test-1', undefined]);
});

test('a token of another account does not open a gateway', async () => {
  const { sluice, storage } = await start({ HOST: '0.0.0.0' });
  await storage.accounts.ensure('other');
  const { token } = await storage.tokens.create({ account: 'other', name: 'test' });
  expect((await sluice.fetch(chat(CHAT, { 'cf-aig-authorization': token }))).status).toBe(401);
});

test('SLUICE_ADMIN_TOKEN is the token, and none is made', async () => {
  const SLUICE_ADMIN_TOKEN = 'token-test-0123456789';
  const { sluice } = await start({ SLUICE_ADMIN_TOKEN, HOST: '0.0.0.0' });
  expect(sluice.newToken).toBeUndefined();
  expect((await sluice.fetch(chat(CHAT, { 'cf-aig-authorization': SLUICE_ADMIN_TOKEN }))).status).toBe(200);
});

test('another SLUICE_ADMIN_TOKEN takes the place of the older one', async () => {
  const older = 'token-test-the-older';
  await stop(await start({ SLUICE_ADMIN_TOKEN: older, HOST: '0.0.0.0' }));
  const newer = 'token-test-the-newer';
  const { sluice } = await start({ SLUICE_ADMIN_TOKEN: newer, HOST: '0.0.0.0' });
  const statusWith = async (token: string) =>
    (await sluice.fetch(chat(CHAT, { 'cf-aig-authorization': token }))).status;
  expect([await statusWith(older), await statusWith(newer)]).toEqual([401, 200]);
});

test('one SLUICE_ADMIN_TOKEN for two accounts is refused with the way out', async () => {
  const SLUICE_ADMIN_TOKEN = 'token-test-0123456789';
  await stop(await start({ SLUICE_ADMIN_TOKEN }));
  const second = start({ SLUICE_ADMIN_TOKEN, SLUICE_ACCOUNT_ID: 'acme' });
  await expect(second).rejects.toThrow(ConfigError);
  await expect(second).rejects.toThrow(/another account.*SLUICE_ACCOUNT_ID/);
});

test('a second start finds everything as it was', async () => {
  const first = await start();
  const answer = await first.sluice.fetch(chat());
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  await stop(first);
  const second = await start();
  expect(second.sluice.newToken).toBeUndefined();
  expect(second.sluice.authentication).toBe(false);
  expect(await second.storage.tokens.verify(orThrow(first.sluice.newToken))).toBeDefined();
  expect(await second.storage.logs.get('default', 'default', id)).toMatchObject({ statusCode: 200 });
});

test('the gateway made at the first start is open for this machine only, wherever a later start listens', async () => {
  const statuses: number[] = [];
  for (const HOST of ['127.0.0.1', '0.0.0.0', 'localhost']) {
    const running = await start({ HOST });
    expect(running.sluice.authentication).toBe(HOST === '0.0.0.0');
    statuses.push((await running.sluice.fetch(chat())).status);
    await stop(running);
  }
  expect(statuses).toEqual([200, 401, 200]);
});

test.each([true, false])('an operator’s own authentication: %s stays, wherever the server listens', async (chosen) => {
  for (const HOST of ['127.0.0.1', '0.0.0.0']) {
    const running = await start({ HOST, SLUICE_ACCOUNT_ID: 'acme' }, {}, 'node', async (storage) => {
      await storage.accounts.ensure('acme');
      if ((await storage.settings.get('acme', 'default')) === undefined) {
        await storage.settings.create({ account: 'acme', id: 'default', authentication: chosen });
      }
    });
    expect(running.sluice.authentication).toBe(chosen);
    await stop(running);
  }
});

test('another account on the same data gets a token of its own', async () => {
  await stop(await start());
  const { sluice, storage } = await start({ SLUICE_ACCOUNT_ID: 'acme' });
  expect(await storage.tokens.verify(orThrow(sluice.newToken))).toMatchObject({ account: 'acme' });
});

test('/health answers 200 when it is ready, and 503 once it stops', async () => {
  const { sluice } = await start();
  const ready = await sluice.fetch(new Request('http://127.0.0.1/health'));
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  await sluice.close();
  expect((await sluice.fetch(new Request('http://127.0.0.1/health'))).status).toBe(503);
  expect((await sluice.fetch(chat())).status).toBe(503);
});

test('the root points to the base URL', async () => {
  const { sluice } = await start();
  const answer = await sluice.fetch(new Request('http://127.0.0.1:8787/'));
  expect(await answer.json()).toMatchObject({ base_url: 'http://127.0.0.1:8787/v1/default/default/{provider}' });
});

test('any other path is told in the gateway’s own shape where calls go', async () => {
  const { sluice } = await start();
  for (const path of ['/v2/x', '/v1', '/v10/default/default/openai']) {
    const answer = await sluice.fetch(new Request(`http://127.0.0.1${path}`, { method: 'POST' }));
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      success: false,
      name: 'AiGatewayError',
      message: expect.stringContaining('/v1/{account}/{gateway}/{provider}'),
    });
  }
});

test('management lies under /client/v4 and needs the token', async () => {
  const { sluice } = await start();
  const url = 'http://127.0.0.1/client/v4/accounts/default/ai-gateway/gateways';
  expect((await sluice.fetch(new Request(url))).status).toBe(401);
  const headers = { authorization: `Bearer ${sluice.newToken}` };
  const answer = await sluice.fetch(new Request(url, { headers }));
  expect(await answer.json()).toMatchObject({ success: true, result: [{ id: 'default' }] });
});

test('a provider of the operator’s own is reached under custom-{slug}', async () => {
  const { sluice } = await start({}, { customProviders: { mine: { baseUrl: `${upstream.url}/llm` } } });
  await sluice.fetch(chat('/v1/default/default/custom-mine/chat/completions'));
  expect(upstream.requests[0]?.target).toBe('/llm/chat/completions');
});

test('maxRequestBytes bounds a request', async () => {
  const { sluice } = await start({}, { limits: { maxRequestBytes: 10 } });
  expect((await sluice.fetch(chat())).status).toBe(413);
});

test('firstByteTimeoutMs bounds the wait for an answer', async () => {
  upstream.respond({ ending: 'silent' });
  const { sluice } = await start({}, { limits: { firstByteTimeoutMs: 20 } });
  expect((await sluice.fetch(chat())).status).toBe(504);
});

test('idleTimeoutMs bounds a silence inside an answer', async () => {
  const headers = { 'content-type': 'text/event-stream' };
  upstream.respond({ headers, body: ['data: {"choices":[]}\n\n'], ending: 'stall' });
  const { sluice } = await start({}, { limits: { idleTimeoutMs: 20 } });
  expect(await (await sluice.fetch(chat())).text()).toContain('error');
});

test('maxBufferedReplyBytes bounds what is read whole', async () => {
  const { sluice, storage } = await start({}, { limits: { maxBufferedReplyBytes: 10 } });
  const answer = await sluice.fetch(chat());
  await answer.text();
  const row = await rowOf(storage, answer);
  expect(row.streamed).toBe(true);
});

test('maxMetadataEntries says how much metadata is kept', async () => {
  const { sluice, storage } = await start({}, { limits: { maxMetadataEntries: 1 } });
  const answer = await sluice.fetch(chat(CHAT, { 'cf-aig-metadata': '{"a":1,"b":2}' }));
  const row = await rowOf(storage, answer);
  expect(row.metadata).toEqual({ a: 1 });
});

test('an operator’s price goes before the published one', async () => {
  const { sluice, storage } = await start({}, { prices: { 'openai/*': { input: 1_000, output: 2_000 } } });
  const answer = await sluice.fetch(chat());
  const row = await rowOf(storage, answer);
  expect(row.costNanos).toBe(20_000_000);
});

test('compat: strict answers with the hosted service’s statuses', async () => {
  const url = `http://127.0.0.1:${await unusedPort()}`;
  const file = { providers: { openai: { baseUrl: url } } };
  const better = await start({ SLUICE_PROVIDER_OPENAI_BASE_URL: '' }, file);
  expect((await better.sluice.fetch(chat())).status).toBe(502);
  await stop(better);
  const strict = await start({ SLUICE_PROVIDER_OPENAI_BASE_URL: '' }, { ...file, compat: 'strict' });
  expect((await strict.sluice.fetch(chat())).status).toBe(400);
});

test('the logging settings reach the log', async () => {
  const { sluice, storage } = await start({}, { logging: { flushIntervalMs: 0, maxBodyBytes: 0 } });
  const waiting: Promise<unknown>[] = [];
  const answer = await sluice.fetch(chat(), { waitUntil: (task) => void waiting.push(task) });
  // With an interval of 0 the call's own background work covers the row.
  await Promise.all(waiting);
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  expect(await storage.logs.get('default', 'default', id)).toBeDefined();
  expect(await storage.logs.body(id, 'response')).toBeUndefined();
});

test('on Workers a row is written before its call’s background work is over', async () => {
  const { sluice, storage } = await start({}, {}, 'workerd');
  const waiting: Promise<unknown>[] = [];
  const answer = await sluice.fetch(chat(), { waitUntil: (task) => void waiting.push(task) });
  await Promise.all(waiting);
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  expect(await storage.logs.get('default', 'default', id)).toBeDefined();
});

test('close waits for an open stream and writes what the log still holds', async () => {
  const { opened, open } = gate();
  const headers = { 'content-type': 'text/event-stream' };
  const body = [`data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n`];
  upstream.respond({ headers, body: [...body, { data: 'data: [DONE]\n\n', after: opened }] });
  const running = await start({}, { logging: { flushIntervalMs: 60_000 } });
  const answer = await running.sluice.fetch(chat());
  let closed = false;
  const closing = running.sluice.close().then(() => {
    closed = true;
  });
  expect((await running.sluice.fetch(chat())).status).toBe(503);
  expect(closed).toBe(false);
  open();
  expect(await answer.text()).toContain('[DONE]');
  await closing;
  const { storage } = await start();
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  expect(await storage.logs.get('default', 'default', id)).toMatchObject({ success: true, streamed: true });
});

test('the welcome says what to put where, how to try it, and the new token once', async () => {
  const first = await start();
  const { config } = first;
  const greeting = welcome(first.sluice, config);
  expect(greeting).toContain('http://127.0.0.1:8787/v1/default/default/{provider}');
  expect(greeting).toContain('./.sluice');
  expect(greeting.split(first.sluice.newToken ?? '')).toHaveLength(2);
  expect(greeting).not.toContain('cf-aig-authorization');
  expect(welcome(first.sluice, config, { port: 1234, data: 'D1' })).toMatch(/127\.0\.0\.1:1234.*D1/s);
  await stop(first);
  const second = await start();
  expect(welcome(second.sluice, config)).not.toContain('Token');
});

test('the welcome of an authenticated gateway has a line to try that carries the token', async () => {
  const { sluice, config } = await start({ HOST: '0.0.0.0' });
  const curl = welcome(sluice, config)
    .split('\n')
    .find((line) => line.includes('curl'));
  expect(curl).toContain('http://127.0.0.1:8787/');
  expect(curl).toContain(`cf-aig-authorization: Bearer ${sluice.newToken}`);
});

test('the welcome warns of an open gateway that others can reach', async () => {
  const { sluice, config } = await start({ HOST: '0.0.0.0' }, {}, 'node', async (storage) => {
    await storage.accounts.ensure('default');
    await storage.settings.create({ account: 'default', id: 'default', authentication: false });
  });
  expect(welcome(sluice, config)).toContain('Warning');
});

interface Started {
  readonly sluice: Sluice;
  readonly storage: Storage;
  readonly config: ReturnType<typeof readConfig>;
}

/** A Sluice with its data in this test's directory and `openai` led to this test's upstream. */
async function start(
  env: Record<string, string> = {},
  file: object = {},
  name = 'node',
  prepare?: (storage: Storage) => Promise<void>,
): Promise<Started> {
  const variables: Record<string, string> = {
    SLUICE_PROVIDER_OPENAI_BASE_URL: upstream.url,
    SLUICE_CONFIG: JSON.stringify({ logging: { flushIntervalMs: 1 }, ...file }),
    ...env,
  };
  if (name === 'workerd') delete variables.SLUICE_CONFIG;
  const config = readConfig({ env: (variable) => variables[variable] });
  const storage = createStorage(await openNodeSqlite(join(directory, 'sluice.db')));
  if (prepare !== undefined) {
    await storage.migrate();
    await prepare(storage);
  }
  const sluice = await createSluice(config, { runtime: { ...nodeRuntime(), name }, storage });
  const running = { sluice, storage, config };
  started.push(running);
  return running;
}

async function stop(running: Started): Promise<void> {
  started.splice(started.indexOf(running), 1);
  await running.sluice.close();
}

function chat(path = CHAT, headers: Record<string, string> = {}): Request {
  return new Request(`http://127.0.0.1:8787${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-1', ...headers },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] }),
  });
}

/** The row of an answer, as soon as it is written. */
function rowOf(storage: Storage, answer: Response) {
  const id = answer.headers.get('cf-aig-log-id') ?? '';
  return vi.waitFor(async () => orThrow(await storage.logs.get('default', 'default', id)), { timeout: 5_000 });
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}

function orThrow<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is nothing yet.');
  return value;
}
