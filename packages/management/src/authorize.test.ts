import type { Role } from '@sluice/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';
import { ROUTES } from '../test/routes.ts';
import type { Access } from './authorize.ts';

const BASE = '/client/v4';
const ACCOUNT = '/accounts/:account/ai-gateway';
const RANKS: readonly Role[] = ['viewer', 'editor', 'owner'];
const ORIGIN = 'http://localhost';
const TABLE = Object.entries(ROUTES).map(([route, access]) => {
  const [method = '', path = ''] = route.replace('{acct}', ACCOUNT).split(' ');
  return { method, path, access };
});

let world: World;
let time: number;
beforeEach(async () => {
  time = Date.UTC(2026, 9, 1);
  world = await openWorld({ report: () => {}, now: () => time });
  await world.storage.accounts.ensure('other');
});
afterEach(() => world.storage.close());

test('every route that is served stands in the table of roles, and no other', () => {
  const served = world.app.routes
    // What `use` registers is for every method below a path.
    .filter(({ method, path }) => method !== 'ALL' || !path.endsWith('*'))
    .map(({ method, path }) => `${method} ${path.slice(BASE.length)}`);
  expect([...new Set(served)].sort()).toEqual(TABLE.map(({ method, path }) => `${method} ${path}`).sort());
});

test('only signing in and the reference are for anyone', () => {
  const open = TABLE.filter(({ access }) => access === 'anyone').map(({ path }) => path);
  expect(open.filter((path) => !/^\/session(\/|$)/.test(path)).sort()).toEqual(['/docs', '/openapi.json']);
});

const CLOSED = TABLE.filter(({ access }) => access !== 'anyone');

describe.each(CLOSED)('$method $path', ({ method, path, access }) => {
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const url = BASE + path.replace(':account', 'acme').replace(/:\w+/g, 'none');
    const answer = await world.app.request(url, { method, headers });
    if (answer.status !== 401 && answer.status !== 403) return answer.status;
    expect(await answer.json()).toMatchObject({ success: false, errors: [{ code: 10000 }], result: {} });
    return answer.status;
  };
  const ways = { bearer, cookie } as const;

  test('lets no stranger in', async () => {
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: 'Bearer ' })).toBe(401);
    expect(await ask({ authorization: `Basic ${btoa('a:b')}` })).toBe(401);
    expect(await ask({ authorization: `Bearer sluice_${'x'.repeat(43)}` })).toBe(401);
    expect(await ask({ cookie: `sluice_session=${'x'.repeat(43)}`, origin: ORIGIN })).toBe(401);
    expect(await ask(await bearer('gateway'))).toBe(403);
    // A header that is no token is not made good by a cookie.
    expect(await ask({ ...(await cookie('owner')), authorization: 'Bearer nobody' })).toBe(401);
  });

  test('lets nobody in who was somebody', async () => {
    const signedIn = await cookie('owner');
    time += 12 * 3600 * 1000;
    expect(await ask(signedIn)).toBe(401);
    const headers = await bearer('owner');
    const { id } = (await world.storage.tokens.verify(headers.authorization.slice(7))) ?? { id: '' };
    await world.storage.tokens.revoke('acme', id);
    expect(await ask(headers)).toBe(401);
  });

  test.each(['bearer', 'cookie'] as const)('lets no owner of another account in: %s', async (way) => {
    const status = await ask(await ways[way]('owner', 'other'));
    if (path.includes(':account')) expect(status).toBe(403);
    else expect(status).not.toBe(500);
  });

  test.each(['bearer', 'cookie'] as const)(`is for ${access}: %s`, async (way) => {
    for (const role of RANKS) {
      const status = await ask(await ways[way](role));
      if (isEnough(role, access)) expect([401, 403, 500]).not.toContain(status);
      else expect(status).toBe(403);
    }
  });
});

test('who lacks the role is told which one it takes', async () => {
  const answer = await world.app.request(`${BASE}/accounts/acme/ai-gateway/tokens`, {
    method: 'POST',
    headers: await bearer('viewer'),
  });
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 10000, message: expect.stringContaining('needs the role "owner", and you are "viewer"') }],
  });
});

test('a route that nobody stated takes an editor to change, and a viewer to read', async () => {
  const ask = async (method: string, role: Role) => {
    const headers = await bearer(role);
    return (await world.app.request(`${BASE}/accounts/acme/ai-gateway/new`, { method, headers })).status;
  };
  expect(await ask('GET', 'viewer')).toBe(404);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY']) {
    expect(await ask(method, 'viewer')).toBe(403);
    expect(await ask(method, 'editor')).toBe(404);
  }
});

test('a verifier that names no role lets its holders read', async () => {
  await world.storage.close();
  world = await openWorld({ verifyToken: () => ({ account: 'acme' }) });
  expect((await world.call('GET', '/gateways')).status).toBe(200);
  expect((await world.call('DELETE', '/gateways/prod')).status).toBe(403);
});

function isEnough(role: Role, access: Access): boolean {
  return role === access || role === 'owner' || access === 'viewer';
}

type Holder = Role | 'gateway';

async function bearer(holder: Holder, account = 'acme'): Promise<{ authorization: string }> {
  const wanted = holder === 'gateway' ? { kind: holder } : { role: holder };
  const { token } = await world.storage.tokens.create({ account, name: holder, ...wanted });
  return { authorization: `Bearer ${token}` };
}

async function cookie(role: Role, account = 'acme'): Promise<{ cookie: string; origin: string }> {
  const person = { account, role, subject: 'ann', name: 'Ann', tokenId: null, lifetimeMs: 12 * 3600 * 1000 };
  const { secret } = await world.storage.sessions.create(person);
  return { cookie: `sluice_session=${secret}`, origin: ORIGIN };
}
