import { afterEach, beforeEach, expect, test } from 'vitest';
import { gatewayBody, openWorld, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

const limit = { id: 'a', unit: 'requests', limit: 5, intervalSeconds: 60 };

test.each([
  {},
  { cache: {}, rateLimits: [], retry: {}, timeouts: [], breaker: {} },
  { rateLimits: [limit, { ...limit, id: 'b', per: 'ip' }, { id: 'c', unit: 'concurrency', limit: 1, per: 'token' }] },
  { timeouts: [{ idleMs: 1 }, { model: '*', totalMs: 1 }, { model: 'workers-ai/@cf/meta/llama-*', firstTokenMs: 1 }] },
])('%j comes back as it was sent, and reaches calls', async (traffic) => {
  const { status, body } = await world.call('POST', '/gateways', gatewayBody('prod', { traffic }));
  expect(status).toBe(200);
  expect(body.result).toMatchObject({ traffic });
  expect((await world.storage.settings.gateway('acme', 'prod'))?.traffic).toEqual(traffic);
});

test.each<[traffic: unknown, path: readonly string[], message: unknown]>([
  [{ limits: [] }, ['limits'], 'Unknown field "limits".'],
  [{ cache: { stream: true } }, ['cache', 'stream'], 'Unknown field "stream".'],
  [
    { cache: { staleWhileRevalidateSeconds: -1 } },
    ['cache', 'staleWhileRevalidateSeconds'],
    '"traffic.cache.staleWhileRevalidateSeconds" must be at least 0, received -1.',
  ],
  [
    { rateLimits: [{ ...limit, unit: 'calls' }] },
    ['rateLimits', '0', 'unit'],
    `The "unit" of a rate limit must be 'requests' | 'tokens' | 'concurrency'.`,
  ],
  [
    { rateLimits: [{ ...limit, intervalSeconds: undefined }] },
    ['rateLimits', '0', 'intervalSeconds'],
    'Required: "traffic.rateLimits.0.intervalSeconds" must be a number.',
  ],
  [
    { rateLimits: [{ ...limit, unit: 'concurrency' }] },
    ['rateLimits', '0', 'intervalSeconds'],
    '"intervalSeconds" is for "requests" and "tokens": a limit of "concurrency" counts the calls of the moment.',
  ],
  [
    { rateLimits: [{ ...limit, limit: 0 }] },
    ['rateLimits', '0', 'limit'],
    '"traffic.rateLimits.0.limit" must be at least 1, received 0.',
  ],
  [
    { rateLimits: [limit, { ...limit, unit: 'tokens' }] },
    ['rateLimits', '1', 'id'],
    'Another rate limit has the id "a" too. Choose another one: the counts belong to it.',
  ],
  [
    { rateLimits: [{ ...limit, id: 'a b' }] },
    ['rateLimits', '0', 'id'],
    expect.stringContaining('1 to 64 letters, digits'),
  ],
  ...['user', 'metadata.', 'header.X-User', 'ip.v4'].map((per): [unknown, readonly string[], unknown] => [
    { rateLimits: [{ ...limit, per }] },
    ['rateLimits', '0', 'per'],
    expect.stringMatching(/^"per" must be token, ip, metadata\.\{key\} or header\.\{name\}/),
  ]),
  [
    { retry: { statuses: [200] } },
    ['retry', 'statuses', '0'],
    '"traffic.retry.statuses.0" must be at least 400, received 200.',
  ],
  [{ retry: { maxTotalAttempts: 0 } }, ['retry', 'maxTotalAttempts'], expect.stringContaining('at least 1')],
  [
    { timeouts: [{ model: 'openai/*' }] },
    ['timeouts', '0'],
    'A timeout needs at least one of "firstByteMs", "firstTokenMs", "idleMs", "totalMs".',
  ],
  [
    { timeouts: [{ model: 'gpt-5', idleMs: 1 }] },
    ['timeouts', '0', 'model'],
    '"model" must be {provider}/{model}, with "*" for any text: openai/gpt-5, anthropic/*.',
  ],
  [{ timeouts: [{ idleMs: '5s' }] }, ['timeouts', '0', 'idleMs'], expect.stringContaining(`received '5s'`)],
  [{ breaker: { enabled: 'no' } }, ['breaker', 'enabled'], expect.stringContaining('must be true or false')],
])('%j is refused with the field and what it may be', async (traffic, path, message) => {
  const { status, body } = await world.call('POST', '/gateways', gatewayBody('prod', { traffic }));
  expect(status).toBe(400);
  expect(body.errors).toContainEqual({ code: 7001, message, path: ['body', 'traffic', ...path] });
});
