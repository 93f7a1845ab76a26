import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/open-world.ts';

const SESSION = '/client/v4/session';
const GATEWAYS = '/client/v4/accounts/acme/ai-gateway/gateways';
const HALF_A_DAY = 12 * 3600 * 1000;

let world: World;
let time: number;
beforeEach(async () => {
  time = Date.UTC(2026, 9, 1);
  world = await openWorld({ now: () => time });
});
afterEach(() => world.storage.close());

const signIn = (token: string, headers: Record<string, string> = {}, url = SESSION) =>
  world.app.request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

/** As a browser asks from a page of this server. */
const ask = (cookie: string, method = 'GET', url = SESSION, headers: Record<string, string> = {}) =>
  world.app.request(url, { method, headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers } });

test('a token is changed for a cookie that no script reads and no other site sends', async () => {
  const answer = await signIn(world.token);
  expect(answer.status).toBe(200);
  const cookie = answer.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^sluice_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(cookie).not.toContain(world.token);
  const body = await answer.json();
  expect(body).toMatchObject({ result: { account: 'acme', role: 'owner', name: 'test' } });
  expect(JSON.stringify(body)).not.toContain(cookieOf(answer).split('=')[1]);
  expect(await (await ask(cookieOf(answer))).json()).toEqual(body);
});

test.each([
  ['https://sluice.example/client/v4/session', {}],
  [SESSION, { 'x-forwarded-proto': 'https' }],
])('over TLS the cookie is for TLS alone: %s %j', async (url, headers) => {
  expect((await signIn(world.token, headers, url)).headers.get('set-cookie')).toContain('; Secure');
});

test('what is stored tells nobody the cookie', async () => {
  const secret = cookieOf(await signIn(world.token)).split('=')[1] ?? '';
  const { storage } = world;
  expect(await storage.sessions.verify(secret)).toMatchObject({ account: 'acme' });
  expect(JSON.stringify(await storage.sessions.verify(secret))).not.toContain(secret);
});

test.each([
  [401, 'sluice_nobody-has-this-token'],
  [400, ''],
])('%i for a token that is none: %j', async (status, token) => {
  const answer = await signIn(token);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test('a token for calls signs nobody in', async () => {
  const { token } = await world.storage.tokens.create({ account: 'acme', name: 'calls', kind: 'gateway' });
  expect((await signIn(token)).status).toBe(403);
});

test('a form of another site can not sign anybody in', async () => {
  const body = JSON.stringify({ token: world.token });
  const answer = await world.app.request(SESSION, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('set-cookie')).toBeNull();
});

test('a session ends after twelve hours', async () => {
  const cookie = cookieOf(await signIn(world.token));
  time += HALF_A_DAY - 1;
  expect((await ask(cookie)).status).toBe(200);
  time += 1;
  const over = await ask(cookie);
  expect(over.status).toBe(401);
  expect(await over.json()).toMatchObject({ errors: [{ code: 10000, message: expect.stringContaining('is over') }] });
});

test('whoever signs out is out, and the cookie is gone', async () => {
  const answer = await signIn(world.token);
  const cookie = cookieOf(answer);
  const out = await ask(cookie, 'DELETE');
  expect(out.status).toBe(200);
  expect(out.headers.get('set-cookie')).toMatch(/^sluice_session=; Max-Age=0; Path=\/; SameSite=Strict$/);
  expect((await ask(cookie)).status).toBe(401);
});

test('a viewer may sign out too', async () => {
  const { token } = await world.storage.tokens.create({ account: 'acme', name: 'board', role: 'viewer' });
  expect((await ask(cookieOf(await signIn(token)), 'DELETE')).status).toBe(200);
});

test.each(['revoked', 'rotated', 'demoted'])('a session ends when its token is %s', async (change) => {
  const { id, token } = await world.storage.tokens.create({ account: 'acme', name: 'laptop', role: 'editor' });
  const cookie = cookieOf(await signIn(token));
  expect((await ask(cookie)).status).toBe(200);
  if (change === 'revoked') await world.call('DELETE', `/tokens/${id}`);
  if (change === 'rotated') await world.call('PUT', `/tokens/${id}/value`);
  if (change === 'demoted') await world.call('PATCH', `/tokens/${id}`, { role: 'viewer' });
  expect((await ask(cookie)).status).toBe(401);
});

test('a token in the header counts for more than the cookie', async () => {
  const cookie = cookieOf(await signIn(world.token));
  const { token } = await world.storage.tokens.create({ account: 'acme', name: 'board', role: 'viewer' });
  const answer = await ask(cookie, 'GET', SESSION, { authorization: `Bearer ${token}` });
  expect(await answer.json()).toMatchObject({ result: { role: 'viewer', name: 'board', expires_at: null } });
});

test('before anybody signs in, a page learns which ways there are', async () => {
  const answer = await world.app.request(`${SESSION}/methods`);
  expect(await answer.json()).toMatchObject({ result: { token: true, oidc: false } });
});

test('where another verifier stands in, a session lasts its time', async () => {
  await world.storage.close();
  const verifyToken = (token: string) =>
    token === 'sk-test-mine' ? { account: 'acme', id: 'mine', name: 'Mine', role: 'editor' as const } : undefined;
  world = await openWorld({ verifyToken, now: () => time });
  const cookie = cookieOf(await signIn('sk-test-mine'));
  expect(await (await ask(cookie)).json()).toMatchObject({ result: { id: 'mine', name: 'Mine', role: 'editor' } });
});

describe('a request that may change something', () => {
  let cookie: string;
  beforeEach(async () => {
    cookie = cookieOf(await signIn(world.token));
  });

  const status = async (headers: Record<string, string>, method = 'DELETE') =>
    (await world.app.request(`${GATEWAYS}/prod`, { method, headers: { cookie, ...headers } })).status;

  test.each([
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://behind-a-proxy.example' },
    { origin: 'http://localhost' },
    { origin: 'https://localhost' },
  ])('is let in from a page of this server: %j', async (headers) => {
    expect(await status(headers)).toBe(404);
  });

  test.each([
    {},
    { origin: 'null' },
    { origin: 'http://localhost.example' },
    { origin: 'http://localhost:81' },
    { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    { origin: 'http://blog.localhost', 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
  ])('is refused from anywhere else: %j', async (headers: Record<string, string>) => {
    for (const method of ['DELETE', 'PUT', 'POST', 'PATCH']) expect(await status(headers, method)).toBe(403);
  });

  test('reads from anywhere, since no other page sees the answer', async () => {
    expect(await status({ 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(404);
  });

  test('needs no page when it comes with a token', async () => {
    expect(await status({ authorization: `Bearer ${world.token}`, origin: 'http://evil.example' })).toBe(404);
  });
});
