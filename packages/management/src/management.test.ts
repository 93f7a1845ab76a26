import { GatewayError } from '@sluice/core';
import { createManagement } from '@sluice/management';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatewayBody, openWorld, type World } from '../test/open-world.ts';

const ACCOUNT = '/client/v4/accounts/acme/ai-gateway';
const ROUTES = [
  ['GET', `${ACCOUNT}/gateways`],
  ['POST', `${ACCOUNT}/gateways`],
  ['GET', `${ACCOUNT}/gateways/prod`],
  ['PUT', `${ACCOUNT}/gateways/prod`],
  ['DELETE', `${ACCOUNT}/gateways/prod`],
  ['GET', `${ACCOUNT}/gateways/prod/provider_configs`],
  ['POST', `${ACCOUNT}/gateways/prod/provider_configs`],
  ['GET', `${ACCOUNT}/gateways/prod/provider_configs/1`],
  ['PUT', `${ACCOUNT}/gateways/prod/provider_configs/1`],
  ['DELETE', `${ACCOUNT}/gateways/prod/provider_configs/1`],
  ['POST', `${ACCOUNT}/gateways/prod/cache/purge`],
  ['GET', `${ACCOUNT}/tokens`],
  ['POST', `${ACCOUNT}/tokens`],
  ['DELETE', `${ACCOUNT}/tokens/1`],
  ['GET', `${ACCOUNT}/gateways/prod/logs`],
  ['GET', `${ACCOUNT}/gateways/prod/logs/1`],
  ['GET', `${ACCOUNT}/gateways/prod/logs/1/request`],
  ['GET', `${ACCOUNT}/gateways/prod/logs/1/response`],
  ['GET', '/client/v4/nothing/here'],
] as const;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

describe.each(ROUTES)('%s %s', (method, path) => {
  test.each([
    ['no token', {}],
    ['a token nobody issued', { authorization: `Bearer sluice_${'x'.repeat(43)}` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${btoa('a:b')}` }],
  ])('%s is answered 401, code 10000', async (_, headers) => {
    const response = await world.app.request(path, { method, headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      success: false,
      errors: [{ code: 10000, message: expect.stringContaining('Authentication error') }],
      messages: [],
      result: {},
    });
  });
});

test('a token of another account is answered 403, code 10000', async () => {
  await world.storage.accounts.ensure('other');
  const { token } = await world.storage.tokens.create({ account: 'other', name: 'test' });
  for (const [method, path] of ROUTES.filter(([, route]) => route.startsWith(ACCOUNT))) {
    const response = await world.app.request(path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ success: false, errors: [{ code: 10000 }] });
  }
});

test('a token for calls is answered 403, code 10000, and told which kind to send', async () => {
  const { token } = await world.storage.tokens.create({ account: 'acme', name: 'calls', kind: 'gateway' });
  for (const [method, path] of ROUTES) {
    const response = await world.app.request(path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      success: false,
      errors: [{ code: 10000, message: expect.stringContaining('Send a management token') }],
    });
  }
});

test.each([
  ['GET', '/nothing'],
  ['PATCH', '/gateways/prod'],
  ['GET', '/gateways/prod/nothing'],
])('%s %s is no route: 404, code 7000', async (method, path) => {
  const answer = await world.call(method, path);
  expect(answer.status).toBe(404);
  expect(answer.body.errors).toEqual([
    { code: 7000, message: expect.stringContaining(`Could not route to ${method}`) },
  ]);
});

test('another verifier may stand in for the stored tokens', async () => {
  const verifyToken = (token: string) => (token === 'sk-test-mine' ? { account: 'acme' } : undefined);
  const app = createManagement({ storage: world.storage, verifyToken });
  const ask = (token: string) => app.request(`${ACCOUNT}/gateways`, { headers: { authorization: `bearer ${token}` } });
  expect((await ask('sk-test-mine')).status).toBe(200);
  expect((await ask(world.token)).status).toBe(401);
});

test('a failure inside is reported and not shown', async () => {
  const reported: unknown[] = [];
  const failure = new Error('SELECT secret FROM gateways');
  const settings = { ...world.storage.settings, list: () => Promise.reject(failure) };
  const app = createManagement({ storage: { ...world.storage, settings }, report: (error) => reported.push(error) });
  const response = await app.request(`${ACCOUNT}/gateways`, { headers: { authorization: `Bearer ${world.token}` } });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(reported).toEqual([failure]);
});

test('while the tokens can not be read the answer is a 503 with a sentence, and the cause is reported', async () => {
  const reported: unknown[] = [];
  const failure = new GatewayError('unavailable', 'The database could not be asked for a token.');
  const verifyToken = () => Promise.reject(failure);
  const app = createManagement({ storage: world.storage, verifyToken, report: (error) => reported.push(error) });
  const response = await app.request(`${ACCOUNT}/gateways`, { headers: { authorization: `Bearer ${world.token}` } });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ errors: [{ code: 10001, message: failure.message }] });
  expect(reported).toEqual([failure]);
});

test('an enormous body is refused before it is read', async () => {
  const answer = await world.call('POST', '/gateways', gatewayBody('prod', { description: 'x'.repeat(2_000_000) }));
  expect(answer.status).toBe(413);
  expect(answer.body.errors[0]?.message).toContain('1048576');
});

test('it lives inside another Hono app, and its answers are not to be cached', async () => {
  const outer = new Hono().get('/', (c) => c.text('mine')).route('/', world.app);
  const response = await outer.request(`${ACCOUNT}/nothing`, { headers: { authorization: `Bearer ${world.token}` } });
  expect(response.status).toBe(404);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toMatchObject({ errors: [{ code: 7000 }] });
  expect(await (await outer.request('/')).text()).toBe('mine');
});
