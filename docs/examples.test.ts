import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGateway, type Plugin } from '@sluice/core';
import { providers } from '@sluice/providers';
import { startUpstream, type Upstream } from '@sluice/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import app from './examples/basic.ts';
import { ping } from './examples/own-answer.ts';
import { countTokens, readTeam } from './examples/state.ts';

let upstream: Upstream;
let running: ChildProcess | undefined;

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(ANSWER) });
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await upstream.close();
});

test('the app of your own answers beside its gateway', async () => {
  expect(await (await app.request('/')).text()).toBe('an app of your own');
  const refused = await app.request('/ai/v1/acme/main/opnai/chat/completions', { method: 'POST', body: '{}' });
  expect(await refused.json()).toMatchObject({ internalCode: 2008 });
});

test('the server on Node lets the plugin choose, passes calls on, and ends when it is told to', async () => {
  const { url, stop } = await start('node.ts', { OPENAI_BASE_URL: upstream.url, PORT: '0' });
  const allowed = await chat(`${url}v1/acme/main/openai`, 'gpt-5-mini');
  expect(allowed.headers.get('x-answered-by')).toBe('openai');
  expect(await allowed.json()).toEqual(ANSWER);
  expect((await chat(`${url}v1/acme/main/openai`, 'gpt-1')).status).toBe(400);
  expect(upstream.requests.length).toBe(1);
  expect(await stop()).toBe(0);
});

test('the whole Sluice answers calls, management and health, and ends when it is told to', async () => {
  const { url, stop } = await start('sluice.ts', {
    HOST: '127.0.0.1',
    PORT: '0',
    SLUICE_ADMIN_TOKEN: TOKEN,
    SLUICE_PROVIDER_OPENAI_BASE_URL: upstream.url,
  });
  expect(await (await chat(`${url}v1/default/default/openai`, 'gpt-5-mini')).json()).toEqual(ANSWER);
  expect(await (await fetch(`${url}health`)).json()).toEqual({ status: 'ok' });
  const created = await fetch(`${url}client/v4/accounts/default/ai-gateway/gateways`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(SMALLEST_GATEWAY),
  });
  expect(await created.json()).toMatchObject({ success: true, result: { id: 'prod' } });
  expect(await stop()).toBe(0);
});

test('one plugin leaves its findings for another', async () => {
  const counted: unknown[] = [];
  const plugins = [countTokens((...of) => counted.push(of)), readTeam];
  await withGateway(plugins, async (base) => void (await base('chat/completions', { 'cf-aig-metadata': METADATA })));
  expect(counted).toEqual([['blue', 2]]);
});

test('a plugin answers in the place of the provider', async () => {
  await withGateway([ping], async (base) => {
    expect(await (await base('ping')).text()).toBe('pong');
    expect(await (await base('chat/completions')).json()).toEqual(ANSWER);
  });
  expect(upstream.requests.length).toBe(1);
});

const TOKEN = 'token-test-not-a-secret';
const METADATA = '{"team":"blue"}';

const ANSWER = {
  model: 'gpt-5-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

/** The fields that the page of the management API calls required. */
const SMALLEST_GATEWAY = {
  id: 'prod',
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};

function chat(base: string, model: string): Promise<Response> {
  return fetch(`${base}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-not-a-key' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
}

/** Makes calls through the plugins and waits for their ends. */
async function withGateway(
  plugins: readonly Plugin[],
  use: (call: (path: string, headers?: Record<string, string>) => Promise<Response>) => Promise<void>,
): Promise<void> {
  const gateway = createGateway({ providers, plugins, baseUrls: { openai: upstream.url } });
  await use((path, headers = {}) =>
    gateway.fetch(
      new Request(`http://127.0.0.1/v1/acme/main/openai/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"model":"gpt-5-mini","messages":[]}',
      }),
    ),
  );
  await gateway.close();
}

/** Runs an example as a program of its own, and finds its address in what it prints. */
async function start(example: string, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-example-'));
  const program = fileURLToPath(new URL(`examples/${example}`, import.meta.url));
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running = child;
  const exited = once(child, 'exit');
  child.stdout.setEncoding('utf8');
  let printed = '';
  for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += piece;
    if (/ on http\S+\n/.test(printed)) break;
  }
  child.stdout.resume();
  const url = new URL(/ on (http\S+)/.exec(printed)?.[1] ?? '').href;
  const stop = async (): Promise<unknown> => {
    child.kill('SIGTERM');
    const [code] = await exited;
    rmSync(folder, { recursive: true });
    return code;
  };
  return { url, stop };
}
