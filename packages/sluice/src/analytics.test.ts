import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '@sluice/core';
import { nodeRuntime } from '@sluice/core/node';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { startUpstream, type Upstream, type UpstreamScript } from '@sluice/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSluice, readConfig, type Sluice } from './index.ts';

const ADMIN_TOKEN = 'sk-test-admin-token';
const JSON_TYPE = { 'content-type': 'application/json' };
const SSE = { 'content-type': 'text/event-stream' };

let upstream: Upstream;
let directory: string;
let storage: Storage;
let sluice: Sluice;

beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond(({ body }) => answerTo(JSON.parse(body.toString()) as Asked));
  directory = await mkdtemp(join(tmpdir(), 'sluice-'));
  await start();
});

afterEach(async () => {
  await upstream.close();
  await sluice.close();
  await rm(directory, { recursive: true });
});

test('charts, top lists and GraphQL say exactly what the rows of the log say, also after a stop', async () => {
  await storage.settings.update({ account: 'default', id: 'default', cacheTtl: 300 });
  await traffic();
  // A stop writes what was counted, so a start finds it.
  await sluice.close();
  await start();
  const rows = await allRows();
  expect(rows.length).toBe(12);
  expect(new Set(rows.map(({ cached }) => cached)).size).toBe(2);

  const byModel = await chart('group_by=model');
  expect(byModel.series.map(({ key, totals }) => [key, counts(totals)]).sort()).toEqual(
    expectedBy(rows, ({ model }) => model),
  );
  const byStatus = await chart('group_by=status');
  expect(byStatus.series.map(({ key, totals }) => [key, counts(totals)]).sort()).toEqual(
    expectedBy(rows, ({ statusCode }) => statusCode),
  );
  expect(counts(byModel.totals)).toEqual(expected(rows));
  expect(byModel.totals.saved_cost).toBeCloseTo(2 * 0.0000045, 12);
  const durations = rows.map(({ durationMs }) => durationMs);
  expect(byModel.totals.duration?.avg).toBeCloseTo(durations.reduce((a, b) => a + b) / durations.length, 0);

  const teams = await chart('group_by=metadata.team');
  const withTeam = rows.filter(({ metadata }) => metadata?.team !== undefined);
  expect(teams.series.map(({ key, totals }) => [key, counts(totals)]).sort()).toEqual(
    expectedBy(withTeam, ({ metadata }) => String(metadata?.team)),
  );
  const errors = await get<{ items: { key: unknown; errors: number }[] }>('top?by=error&metric=errors&from=-1h');
  const failed = rows.filter(({ success }) => !success);
  expect(errors.items.map(({ key, errors }) => [key, errors]).sort()).toEqual(
    // The log says of a client that left that the call was abandoned.
    groupsOf(failed, ({ errorCode, abandoned }) => (abandoned ? 'client_closed' : errorCode)).map(([key, alike]) => [
      key,
      alike.length,
    ]),
  );

  const groups = await graphql();
  expect(
    groups
      .map(({ count, sum, dimensions }) => [
        dimensions.model,
        count,
        sum.erroredRequests,
        sum.cachedRequests,
        sum.tokensIn,
        sum.tokensOut,
      ])
      .sort(),
  ).toEqual(
    groupsOf(rows, ({ model }) => model).map(([model, alike]) => {
      const { requests, errors, cached_requests, tokens_in, tokens_out } = expected(alike);
      return [model, requests, errors, cached_requests, tokens_in, tokens_out];
    }),
  );
  for (const { sum } of groups) expect(sum.cachedTokensIn + sum.uncachedTokensIn).toBe(sum.tokensIn);
});

test('calls that leave no row in the log are counted all the same', async () => {
  await (await chat({ model: 'gpt-4o-mini' }, { 'cf-aig-collect-log': 'false' })).text();
  await sluice.close();
  await start();
  expect(await allRows()).toEqual([]);
  expect((await chart('')).totals).toMatchObject({ requests: 1 });
});

test('/metrics tells what the process has counted, to holders of a management token', async () => {
  await traffic();
  const text = await vi.waitFor(async () => {
    const answer = await sluice.fetch(request('/metrics', { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }));
    const all = await answer.text();
    const requests = [...all.matchAll(/^sluice_requests_total\{.*\} (\d+)$/gm)];
    expect(requests.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(12);
    return all;
  });
  expect(text).toMatch(
    /^sluice_requests_total\{account="default",gateway="default",provider="openai",model="broken",status="5xx",cached="false"\} 1$/m,
  );
  expect(text).toMatch(/^sluice_log_rows_dropped_total 0$/m);
  expect((await sluice.fetch(request('/metrics'))).status).toBe(401);
});

test('/metrics is open where the operator says so', async () => {
  await sluice.close();
  await start({ metrics: { open: true } });
  const answer = await sluice.fetch(request('/metrics'));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
});

interface Asked {
  readonly model: string;
  readonly stream?: boolean;
}

/** Two that are answered, one of them from the cache afterwards, some that fail in every way, and streams. */
async function traffic(): Promise<void> {
  const team = (name: string) => ({ 'cf-aig-metadata': JSON.stringify({ team: name, paid: true }) });
  const fresh = { 'cf-aig-skip-cache': 'true' };
  const ask = async (body: Asked, headers: Record<string, string> = {}): Promise<Response> => {
    const answer = await chat(body, headers);
    await answer.text().catch(() => '');
    return answer;
  };
  const first = await ask({ model: 'gpt-4o-mini' }, team('a'));
  // Its row is written behind its entry in the cache.
  const id = first.headers.get('cf-aig-log-id') ?? '';
  await vi.waitFor(async () => expect(await storage.logs.get('default', 'default', id)).toBeDefined(), 5000);
  await ask({ model: 'gpt-4o-mini' }, team('a'));
  await ask({ model: 'gpt-4o-mini' }, team('b'));
  for (const model of ['gpt-4o', 'broken', 'missing']) await ask({ model }, team('b'));
  for (const model of ['gpt-4o', 'gpt-4o', 'cut', 'error-inside']) await ask({ model, stream: true }, fresh);
  await ask({ model: 'gpt-4o' }, fresh);
  const leaving = await chat({ model: 'stalled', stream: true });
  const reader = leaving.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

function answerTo({ model, stream }: Asked): UpstreamScript {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  if (model === 'broken')
    return { status: 500, headers: JSON_TYPE, body: '{"error":{"message":"no","code":"server_error"}}' };
  if (model === 'missing')
    return { status: 404, headers: JSON_TYPE, body: '{"error":{"message":"no such model","code":"model_not_found"}}' };
  const delta = `data: {"model":"${model}","choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n`;
  if (model === 'cut') return { headers: SSE, body: [delta], ending: 'cut' };
  if (model === 'stalled') return { headers: SSE, body: [delta], ending: 'stall' };
  if (model === 'error-inside')
    return { headers: SSE, body: [delta, 'data: {"error":{"message":"busy","code":"overloaded"}}\n\n'] };
  if (stream) {
    const last = `data: {"model":"${model}","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`;
    return {
      headers: SSE,
      body: [
        delta,
        last,
        `data: {"model":"${model}","choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
        'data: [DONE]\n\n',
      ],
    };
  }
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }];
  return { headers: JSON_TYPE, body: JSON.stringify({ id: 'x', object: 'chat.completion', model, choices, usage }) };
}

interface Counts {
  readonly requests: number;
  readonly errors: number;
  readonly cached_requests: number;
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly cost: number;
}

interface Measured extends Counts {
  readonly saved_cost: number;
  readonly duration: { readonly avg: number } | null;
}

interface Chart {
  readonly series: readonly { readonly key: unknown; readonly totals: Measured }[];
  readonly totals: Measured;
}

function counts({ requests, errors, cached_requests, tokens_in, tokens_out, cost }: Measured): Counts {
  return { requests, errors, cached_requests, tokens_in, tokens_out, cost };
}

function expected(rows: readonly LogRecord[]): Counts {
  const sum = (amountOf: (row: LogRecord) => number | null) =>
    rows.reduce((total, row) => total + (amountOf(row) ?? 0), 0);
  return {
    requests: rows.length,
    errors: sum(({ success }) => (success ? 0 : 1)),
    cached_requests: sum(({ cached }) => (cached ? 1 : 0)),
    tokens_in: sum(({ tokensIn }) => tokensIn),
    tokens_out: sum(({ tokensOut }) => tokensOut),
    cost: sum(({ costNanos }) => costNanos) / 1e9,
  };
}

function expectedBy(rows: readonly LogRecord[], keyOf: (row: LogRecord) => unknown) {
  return groupsOf(rows, keyOf).map(([key, alike]) => [key, expected(alike)]);
}

function groupsOf(rows: readonly LogRecord[], keyOf: (row: LogRecord) => unknown) {
  return [...Map.groupBy(rows, keyOf)].sort();
}

async function allRows(): Promise<readonly LogRecord[]> {
  return (await storage.logs.list('default', 'default', { page: 1, perPage: 50 })).items;
}

function chart(query: string): Promise<Chart> {
  return get(`?from=-1h&limit=50&${query}`);
}

async function get<T>(path: string): Promise<T> {
  const slash = path.startsWith('?') ? '' : '/';
  const answer = await sluice.fetch(
    request(`/client/v4/accounts/default/ai-gateway/analytics${slash}${path}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    }),
  );
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly result: T }).result;
}

interface Group {
  readonly count: number;
  readonly sum: Readonly<
    Record<
      'erroredRequests' | 'cachedRequests' | 'tokensIn' | 'tokensOut' | 'cachedTokensIn' | 'uncachedTokensIn',
      number
    >
  >;
  readonly dimensions: { readonly model: string };
}

async function graphql(): Promise<readonly Group[]> {
  const query = `query ($account: string!) { viewer { accounts(filter: { accountTag: $account }) {
    aiGatewayRequestsAdaptiveGroups(limit: 100) {
      count
      sum { erroredRequests cachedRequests tokensIn tokensOut cachedTokensIn uncachedTokensIn }
      dimensions { model }
    }
  } } }`;
  const answer = await sluice.fetch(
    request('/client/v4/graphql', {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ query, variables: { account: 'default' } }),
    }),
  );
  interface Answer {
    readonly data: {
      readonly viewer: { readonly accounts: readonly { readonly aiGatewayRequestsAdaptiveGroups: readonly Group[] }[] };
    };
  }
  const { data } = (await answer.json()) as Answer;
  return data.viewer.accounts[0]?.aiGatewayRequestsAdaptiveGroups ?? [];
}

async function chat(body: Asked, headers: Record<string, string> = {}): Promise<Response> {
  return sluice.fetch(
    request('/v1/default/default/openai/chat/completions', {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: 'Bearer sk-test-1', ...headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body }),
    }),
  );
}

function request(path: string, init?: RequestInit): Request {
  return new Request(`http://sluice.test${path}`, init);
}

async function start(file: object = {}): Promise<void> {
  storage = createStorage(await openNodeSqlite(join(directory, 'sluice.db')));
  const variables: Record<string, string> = {
    SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
    SLUICE_PROVIDER_OPENAI_BASE_URL: `${upstream.url}/v1`,
    SLUICE_CONFIG: JSON.stringify(file),
  };
  sluice = await createSluice(readConfig({ env: (name) => variables[name] }), { runtime: nodeRuntime(), storage });
}
