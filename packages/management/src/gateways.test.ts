import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatewayBody, idsOf, openWorld, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

const FULL = {
  description: 'Our shop',
  authentication: true,
  byok_only: true,
  cache_ttl: 300,
  cache_invalidate_on_update: true,
  is_default: true,
  log_classification: true,
  log_management: 10_000,
  log_management_strategy: 'STOP_INSERTING',
  logpush: true,
  logpush_public_key: 'sk-test-public-key',
  rate_limiting_interval: 60,
  rate_limiting_limit: 100,
  rate_limiting_technique: 'sliding',
  retry_max_attempts: 2,
  retry_delay: 500,
  retry_backoff: 'exponential',
  store_id: 'store',
  workers_ai_billing_mode: 'unified',
  zdr: true,
  dlp: { enabled: true, policies: [{ id: 'p', enabled: true, action: 'FLAG', check: ['REQUEST'], profiles: ['u'] }] },
  guardrails: { prompt: { S1: 'BLOCK', P1: 'FLAG' }, response: { S1: 'FLAG' } },
  otel: [{ url: 'https://otel.example/v1/traces', headers: { team: 'a' }, content_type: 'json' }],
  spend_limits: {
    enabled: true,
    rules: [
      {
        id: 'team-day',
        enabled: true,
        limitType: 'cost',
        limit: 5,
        window: 86_400,
        technique: 'fixed',
        metadata: { team: { mode: 'partition' } },
      },
    ],
  },
  stripe: { authorization: 'sk-test-stripe', usage_events: [{ payload: '{}' }] },
  traffic: {
    cache: { streams: false, staleWhileRevalidateSeconds: 30 },
    rateLimits: [
      { id: 'user', unit: 'tokens', limit: 1000, intervalSeconds: 60, technique: 'sliding', per: 'metadata.user' },
      { id: 'slots', unit: 'concurrency', limit: 5, per: 'header.x-team' },
    ],
    retry: { statuses: [429, 503], maxTotalAttempts: 4, maxTotalMs: 30_000 },
    timeouts: [{ model: 'openai/*', firstByteMs: 5000 }, { totalMs: 60_000 }],
    breaker: { enabled: true, failures: 3, openSeconds: 10, failFast: true },
  },
};

describe('creating', () => {
  test('six fields are enough, the rest is as published', async () => {
    const { status, body } = await world.call('POST', '/gateways', gatewayBody('prod'));
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      errors: [],
      messages: [],
      result: {
        ...gatewayBody('prod'),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        modified_at: expect.any(String),
        description: null,
        is_default: false,
        authentication: false,
        byok_only: false,
        log_classification: false,
        log_management: 10_000_000,
        log_management_strategy: 'DELETE_OLDEST',
        logpush: false,
        logpush_public_key: null,
        rate_limiting_technique: 'fixed',
        retry_max_attempts: null,
        retry_delay: null,
        retry_backoff: null,
        store_id: null,
        workers_ai_billing_mode: 'postpaid',
        zdr: false,
        guardrails: null,
        otel: null,
        spend_limits: null,
        stripe: null,
        traffic: null,
      },
    });
  });

  test('every field that is sent comes back unchanged, then and later', async () => {
    const created = await world.call('POST', '/gateways', gatewayBody('prod', FULL));
    expect(created.body.result).toMatchObject(FULL);
    const read = await world.call('GET', '/gateways/prod');
    expect(read.body.result).toEqual(created.body.result);
  });

  test('each switched-on setting without effect is named in the messages', async () => {
    const { body } = await world.call('POST', '/gateways', gatewayBody('prod', FULL));
    const named = body.messages.map(({ message }) => /^"(\w+)" is stored, but/.exec(message)?.[1]);
    const waiting = [
      'dlp',
      'guardrails',
      'is_default',
      'log_classification',
      'logpush',
      'logpush_public_key',
      'otel',
      'spend_limits',
      'store_id',
      'stripe',
      'workers_ai_billing_mode',
      'zdr',
    ];
    expect(named.sort()).toEqual(waiting);
    expect((await world.call('GET', '/gateways/prod')).body.messages).toEqual(body.messages);
  });

  test('the call path sees it at once', async () => {
    expect(await world.storage.settings.gateway('acme', 'prod')).toBeUndefined();
    await world.call('POST', '/gateways', gatewayBody('prod', { authentication: true, collect_logs: false }));
    expect(await world.storage.settings.gateway('acme', 'prod')).toMatchObject({
      authentication: true,
      collectLogs: false,
    });
  });

  test('null is taken where it is published: no caching, no limit', async () => {
    const nothing = { cache_ttl: null, rate_limiting_interval: null, rate_limiting_limit: null };
    const { body } = await world.call('POST', '/gateways', gatewayBody('prod', nothing));
    expect(body.result).toMatchObject({ ...nothing, cache_ttl: 0 });
  });

  test('a spend limit without an id gets one', async () => {
    const spend_limits = { enabled: true, rules: [{ limitType: 'cost', limit: 1, window: 60 }] };
    const { body } = await world.call('POST', '/gateways', gatewayBody('prod', { spend_limits }));
    const rule = { id: expect.stringMatching(/^[0-9a-f]{8}$/), enabled: true, technique: 'sliding' };
    expect(body.result).toMatchObject({
      spend_limits: { rules: [{ ...rule, limitType: 'cost', limit: 1, window: 60 }] },
    });
  });

  test('the same id twice is refused with a way out, in a status that clients do not retry', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod'));
    const { status, body } = await world.call('POST', '/gateways', gatewayBody('prod'));
    expect(status).toBe(400);
    const message = 'Account "acme" already has a gateway "prod". Choose another id.';
    expect(body.errors).toEqual([{ code: 7001, message, path: ['body', 'id'] }]);
  });
});

describe('bad bodies', () => {
  test('each missing field is one entry that names it', async () => {
    const { status, body } = await world.call('POST', '/gateways', {});
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, result: {}, messages: [] });
    const fields = Object.keys(gatewayBody('x')).sort();
    expect(body.errors.map(({ path }) => path?.[1]).sort()).toEqual(fields);
    for (const error of body.errors) {
      expect(error).toMatchObject({ code: 7001, message: expect.stringContaining(`Required: "${error.path?.[1]}"`) });
    }
  });

  test.each([
    [
      { rate_limiting_technique: 'leaky' },
      ['rate_limiting_technique'],
      `"rate_limiting_technique" must be 'fixed' | 'sliding', received 'leaky'.`,
    ],
    [{ cache_ttl: 'long' }, ['cache_ttl'], `"cache_ttl" must be a number, received 'long'.`],
    [{ cache_ttl: 1.5 }, ['cache_ttl'], '"cache_ttl" must be an integer, received 1.5.'],
    [{ cache_ttl: -1 }, ['cache_ttl'], '"cache_ttl" must be at least 0, received -1.'],
    [{ retry_max_attempts: 6 }, ['retry_max_attempts'], '"retry_max_attempts" must be at most 5, received 6.'],
    [{ log_management: 9999 }, ['log_management'], '"log_management" must be at least 10000, received 9999.'],
    [{ collect_logs: 'yes' }, ['collect_logs'], `"collect_logs" must be true or false, received 'yes'.`],
    [{ collect_logs: null }, ['collect_logs'], '"collect_logs" must be true or false, received null.'],
    [
      { logpush_public_key: 'short' },
      ['logpush_public_key'],
      `"logpush_public_key" must be at least 16 characters long, received 'short'.`,
    ],
    [
      { id: 'Big Name' },
      ['id'],
      '"id" must be lower-case letters, digits and "_", with single "-" between them: my-gateway, prod_2.',
    ],
    [{ id: 'x'.repeat(65) }, ['id'], '"id" must be at most 64 characters long, received 65 characters.'],
    [
      { guardrails: { prompt: { S1: 'KILL' }, response: {} } },
      ['guardrails', 'prompt', 'S1'],
      `"guardrails.prompt.S1" must be 'BLOCK' | 'FLAG', received 'KILL'.`,
    ],
    [
      { guardrails: { prompt: { S99: 'FLAG' }, response: {} } },
      ['guardrails', 'prompt', 'S99'],
      'Unknown field "S99".',
    ],
    [
      { spend_limits: { rules: [{ limit_type: 'cost' }] } },
      ['spend_limits', 'rules', '0', 'limit_type'],
      'Unknown field "limit_type".',
    ],
    [{ dlp: { enabled: true } }, ['dlp'], expect.stringContaining('"dlp" must be { enabled')],
    [
      { otel: [{ url: 'nowhere', headers: {} }] },
      ['otel', '0', 'url'],
      expect.stringContaining('"url" must be the address'),
    ],
    [{ stripe: { authorization: 7 } }, ['stripe', 'authorization'], '"stripe.authorization" must be a string.'],
    [{ cache_tll: 5 }, ['cache_tll'], 'Unknown field "cache_tll".'],
  ])('%j is refused with the field and what it may be', async (change, path, message) => {
    const { status, body } = await world.call('POST', '/gateways', gatewayBody('prod', change));
    expect(status).toBe(400);
    expect(body.errors).toContainEqual({ code: 7001, message, path: ['body', ...path] });
    expect((await world.call('GET', '/gateways')).body.result).toEqual([]);
  });

  test.each(['a', 'a-b', 'a_b-c_d', '0', 'x'.repeat(64)])('%s is a good id', async (id) => {
    expect((await world.call('POST', '/gateways', gatewayBody(id))).status).toBe(200);
  });

  test.each(['', '-a', 'a-', 'a--b', 'a.b', 'a/b', 'ä'])('%j is no id', async (id) => {
    expect((await world.call('POST', '/gateways', gatewayBody(id))).body.errors[0]?.path).toEqual(['body', 'id']);
  });

  test.each([
    ['application/json', '{"id": ', 'The body is not valid JSON: '],
    ['application/json', '', 'The body is not valid JSON: '],
    ['application/json', '{"id": sk-test-secret}', 'The body is not valid JSON: '],
    ['application/json', '[]', 'The body must be an object, received a list.'],
    ['application/x-www-form-urlencoded', '{"id": "prod"}', 'content-type: application/json'],
  ])('%s: %s is answered with a clear sentence', async (type, body, sentence) => {
    const headers = { authorization: `Bearer ${world.token}`, 'content-type': type };
    const path = '/client/v4/accounts/acme/ai-gateway/gateways';
    const response = await world.app.request(path, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    const answer = (await response.json()) as { errors: unknown };
    expect(answer.errors).toEqual([{ code: 7001, message: expect.stringContaining(sentence), path: ['body'] }]);
    expect(JSON.stringify(answer)).not.toContain('sk-test');
  });
});

describe('reading', () => {
  test('a list is paged and counted, and empty beyond its end', async () => {
    for (const id of ['a', 'b', 'c']) await world.storage.settings.create({ account: 'acme', id });
    const page = async (number: number) => {
      const { status, body } = await world.call('GET', `/gateways?per_page=2&page=${number}`);
      expect(status).toBe(200);
      return { ids: idsOf(body), info: body.result_info };
    };
    const info = { per_page: 2, total_count: 3 };
    expect(await page(1)).toEqual({ ids: ['a', 'b'], info: { ...info, page: 1, count: 2 } });
    expect(await page(2)).toEqual({ ids: ['c'], info: { ...info, page: 2, count: 1 } });
    expect(await page(3)).toEqual({ ids: [], info: { ...info, page: 3, count: 0 } });
    const farthest = Number.MAX_SAFE_INTEGER;
    expect(await page(farthest)).toEqual({ ids: [], info: { ...info, page: farthest, count: 0 } });
  });

  test('a list without a query has the first twenty', async () => {
    expect((await world.call('GET', '/gateways')).body.result_info).toEqual({
      page: 1,
      per_page: 20,
      count: 0,
      total_count: 0,
    });
  });

  test('a search narrows the list and its count', async () => {
    for (const id of ['team-a', 'team-b', 'other']) await world.storage.settings.create({ account: 'acme', id });
    const { body } = await world.call('GET', '/gateways?search=team');
    expect(idsOf(body)).toEqual(['team-a', 'team-b']);
    expect(body.result_info).toMatchObject({ count: 2, total_count: 2 });
  });

  test('a list goes as it is told', async () => {
    for (const id of ['b', 'c', 'a']) await world.call('POST', '/gateways', gatewayBody(id));
    const ids = async (query: string) => idsOf((await world.call('GET', `/gateways?${query}`)).body).join('');
    expect(await ids('order_by=id')).toBe('abc');
    expect(await ids('order_by=id&order_by_direction=desc&per_page=2')).toBe('cb');
    expect(await ids('order_by=id&order_by_direction=desc&per_page=2&page=2')).toBe('a');
  });

  test.each([
    ['page=0', 'page', '"page" must be at least 1, received 0.'],
    ['page=x', 'page', '"page" must be a number, received NaN.'],
    ['per_page=101', 'per_page', '"per_page" must be at most 100, received 101.'],
    ['order=id', 'order', 'Unknown query parameter "order".'],
    ['order_by=cache_ttl', 'order_by', expect.stringContaining("'created_at' | 'modified_at' | 'id'")],
  ])('?%s is refused by name', async (query, name, message) => {
    const { status, body } = await world.call('GET', `/gateways?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ code: 7001, message, path: ['query', name] }]);
  });

  test('an unknown gateway is 7002, an impossible name 7003', async () => {
    const unknown = await world.call('GET', '/gateways/nope');
    expect(unknown.status).toBe(404);
    expect(unknown.body.errors).toEqual([{ code: 7002, message: expect.stringContaining('"nope"') }]);
    const impossible = await world.call('GET', '/gateways/NOPE!');
    expect(impossible.status).toBe(400);
    expect(impossible.body.errors).toEqual([{ code: 7003, message: expect.stringMatching(/^Could not route to/) }]);
  });
});

describe('replacing', () => {
  const PUT = (change: Record<string, unknown> = {}) => world.call('PUT', '/gateways/prod', withoutId(change));

  test('what is sent is what the gateway then is, the rest is as published', async () => {
    const { result: created } = (await world.call('POST', '/gateways', gatewayBody('prod', FULL))).body;
    const { status, body } = await PUT({ cache_ttl: 60 });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({
      id: 'prod',
      cache_ttl: 60,
      retry_max_attempts: null,
      traffic: null,
      otel: null,
    });
    expect(body.result).toMatchObject({ created_at: (created as { created_at: string }).created_at });
    expect((await world.call('GET', '/gateways/prod')).body.result).toEqual(body.result);
    expect(await world.storage.settings.gateway('acme', 'prod')).toMatchObject({ cacheTtl: 60 });
  });

  test('a gateway can be sent back as it was shown', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod', FULL));
    const { body: shown } = await world.call('GET', '/gateways/prod');
    const { status, body } = await world.call('PUT', '/gateways/prod', shown.result);
    expect(status).toBe(200);
    expect(body.result).toEqual({ ...(shown.result as object), modified_at: expect.any(String) });
    expect(body.messages).toEqual(shown.messages);
  });

  test('leaving authentication out does not open a gateway', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod', { authentication: true }));
    expect((await PUT()).body.result).toMatchObject({ authentication: true });
    expect((await PUT({ authentication: false })).body.result).toMatchObject({ authentication: false });
    expect((await PUT()).body.result).toMatchObject({ authentication: false });
  });

  test('each missing field is one entry that names it, and nothing changes', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod', { cache_ttl: 5 }));
    const { status, body } = await world.call('PUT', '/gateways/prod', { cache_ttl: 9 });
    expect(status).toBe(400);
    const missing = Object.keys(withoutId()).filter((field) => field !== 'cache_ttl');
    expect(body.errors.map(({ code, path }) => [code, ...(path ?? [])])).toEqual(
      expect.arrayContaining(missing.map((field) => [7001, 'body', field])),
    );
    expect(body.errors).toHaveLength(missing.length);
    expect((await world.call('GET', '/gateways/prod')).body.result).toMatchObject({ cache_ttl: 5 });
  });

  test('another id and an unknown field are refused by name', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod'));
    const renamed = await PUT({ id: 'other' });
    expect(renamed).toMatchObject({ status: 400, body: { errors: [{ code: 7001, path: ['body', 'id'] }] } });
    const misspelt = await PUT({ cache_tll: 5 });
    expect(misspelt).toMatchObject({ status: 400, body: { errors: [{ code: 7001, path: ['body', 'cache_tll'] }] } });
  });

  test('a gateway that is not there is 7002', async () => {
    const { status, body } = await PUT();
    expect(status).toBe(404);
    expect(body.errors).toMatchObject([{ code: 7002 }]);
    expect((await world.call('GET', '/gateways')).body.result).toEqual([]);
  });

  test('it purges the cache when the new settings say so', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod'));
    const purgedAt = async () => (await world.storage.settings.gateway('acme', 'prod'))?.cachePurgedAt;
    await PUT();
    expect(await purgedAt()).toBeNull();
    await PUT({ cache_invalidate_on_update: true });
    expect(await purgedAt()).toEqual(expect.any(Number));
  });
});

describe('deleting', () => {
  test('the deleted gateway is the answer, and it is gone at once', async () => {
    await world.call('POST', '/gateways', gatewayBody('prod', FULL));
    const { body: shown } = await world.call('GET', '/gateways/prod');
    await world.storage.settings.gateway('acme', 'prod');
    const { status, body } = await world.call('DELETE', '/gateways/prod');
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, result: shown.result });
    expect(await world.storage.settings.gateway('acme', 'prod')).toBeUndefined();
    expect((await world.call('GET', '/gateways/prod')).status).toBe(404);
  });

  test('a gateway that is not there is 7002, an impossible name 7003', async () => {
    expect(await world.call('DELETE', '/gateways/prod')).toMatchObject({
      status: 404,
      body: { errors: [{ code: 7002 }] },
    });
    expect(await world.call('DELETE', '/gateways/NOPE!')).toMatchObject({
      status: 400,
      body: { errors: [{ code: 7003 }] },
    });
  });
});

function withoutId(change: Record<string, unknown> = {}): Record<string, unknown> {
  const { id: _, ...body } = gatewayBody('prod');
  return { ...body, ...change };
}
