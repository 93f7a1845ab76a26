import type { Role } from '@sluice/storage';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';
import { ROUTES } from '../test/routes.ts';
import type { Access } from './authorize.ts';

const BASE = '/client/v4';
const ACCOUNT = '/accounts/:account/ai-gateway';
const RANKS: readonly Access[] = ['anyone', 'viewer', 'editor', 'owner'];
const TABLE = Object.entries(ROUTES).map(([route, access]) => {
  const [method = '', path = ''] = route.replace('{acct}', ACCOUNT).split(' ');
  return { method, path, access };
});

let world: World;
beforeEach(async () => {
  world = await openWorld({ report: () => {} });
});
afterEach(() => world.storage.close());

test('every route that is served stands in the table of roles, and no other', () => {
  const served = world.app.routes
    // What `use` registers is for every method below a path.
    .filter(({ method, path }) => method !== 'ALL' || !path.endsWith('*'))
    .map(({ method, path }) => `${method} ${path.slice(BASE.length)}`);
  expect([...new Set(served)].sort()).toEqual(TABLE.map(({ method, path }) => `${method} ${path}`).sort());
});

describe.each(TABLE)('$method $path', ({ method, path, access }) => {
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const url = BASE + path.replace(':account', 'acme').replace(/:\w+/g, 'none');
    const answer = await world.app.request(url, { method, headers });
    const { errors } = (await answer.json()) as { errors: readonly { code: number }[] };
    if (answer.status === 401 || answer.status === 403) expect(errors).toMatchObject([{ code: 10000 }]);
    return answer.status;
  };

  test('lets no stranger in', async () => {
    expect(await ask({})).toBe(401);
    expect(await ask(bearer(`sluice_${'x'.repeat(43)}`))).toBe(401);
    expect(await ask(bearer(await tokenOf('acme', 'gateway')))).toBe(403);
    await world.storage.accounts.ensure('other');
    if (path.includes(':account')) expect(await ask(bearer(await tokenOf('other', 'owner')))).toBe(403);
  });

  test.each<Role>(['viewer', 'editor', 'owner'])(`is for ${access}: %s`, async (role) => {
    const isAllowed = RANKS.indexOf(role) >= RANKS.indexOf(access);
    const status = await ask(bearer(await tokenOf('acme', role)));
    if (isAllowed) expect([401, 403, 500]).not.toContain(status);
    else expect(status).toBe(403);
  });
});

test('who lacks the role is told which one it takes', async () => {
  const token = await tokenOf('acme', 'viewer');
  const answer = await world.app.request(`${BASE}/accounts/acme/ai-gateway/tokens`, {
    method: 'POST',
    headers: bearer(token),
  });
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 10000, message: expect.stringContaining('needs the role "owner", and you are "viewer"') }],
  });
});

test('a route that nobody stated takes an editor to change, and a viewer to read', async () => {
  const ask = async (method: string, role: Role) => {
    const headers = bearer(await tokenOf('acme', role));
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

async function tokenOf(account: string, holder: Role | 'gateway'): Promise<string> {
  const wanted = holder === 'gateway' ? { kind: holder } : { role: holder };
  return (await world.storage.tokens.create({ account, name: holder, ...wanted })).token;
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
