import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/open-world.ts';
import { CLIENT, startIssuer, type TestIssuer } from '../../test/start-issuer.ts';
import type { OidcOptions } from './options.ts';

const SESSION = '/client/v4/session';
const OIDC = `${SESSION}/oidc`;

let issuer: TestIssuer;
let world: World;
let reported: unknown[];
beforeEach(async () => {
  issuer = await startIssuer();
  await open();
});
afterEach(async () => {
  await world.storage.close();
  await issuer.close();
});

test('whoever signs in at the issuer has the role of his group', async () => {
  const { answer, cookie } = await signIn();
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe('/');
  expect(answer.headers.getSetCookie()).toContainEqual(
    expect.stringMatching(/^sluice_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
  );
  expect(await whoIs(cookie)).toMatchObject({ account: 'acme', role: 'editor', id: 'ann', name: 'Ann' });
  const { body } = await world.call('GET', '/audit_logs');
  expect(body.result).toMatchObject([
    { action: 'session.created', actor: { id: 'ann', name: 'Ann' }, after: { role: 'editor' } },
  ]);
  const methods = await world.app.request(`${SESSION}/methods`);
  expect(await methods.json()).toMatchObject({ result: { oidc: true } });
});

test('the issuer is asked with state, nonce and a challenge, and each is another the next time', async () => {
  const first = await begin();
  const second = await begin();
  const query = (url: string) => Object.fromEntries(new URL(url).searchParams);
  expect(query(first.url)).toMatchObject({
    response_type: 'code',
    client_id: CLIENT.clientId,
    redirect_uri: `http://localhost${OIDC}/callback`,
    scope: 'openid profile email',
    code_challenge_method: 'S256',
  });
  for (const name of ['state', 'nonce', 'code_challenge']) {
    expect(query(first.url)[name]).toMatch(/^[\w-]{43}$/);
    expect(query(first.url)[name]).not.toBe(query(second.url)[name]);
  }
  expect(first.setCookie).toMatch(/^sluice_oidc=[^;]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(first.url).not.toContain(CLIENT.clientSecret);
});

test.each([
  [['client_secret_basic'], true],
  [['client_secret_post'], false],
])('the secret goes the way that the issuer takes: %j', async (methods, isInHeader) => {
  issuer.authMethods.splice(0, 1, ...methods);
  expect((await signIn()).answer.status).toBe(302);
  const [exchange] = issuer.exchanges;
  expect(exchange?.authorization?.startsWith('Basic ')).toBe(isInHeader ? true : undefined);
  expect(exchange?.body.get('client_secret')).toBe(isInHeader ? null : CLIENT.clientSecret);
});

test('behind a proxy the configured address is where the browser comes back to', async () => {
  await open({ redirectUri: `https://sluice.example${OIDC}/callback`, scopes: ['openid', 'groups'] });
  const { url } = await begin();
  const { searchParams } = new URL(url);
  expect(searchParams.get('redirect_uri')).toBe(`https://sluice.example${OIDC}/callback`);
  expect(searchParams.get('scope')).toBe('openid groups');
  expect((await signIn()).answer.status).toBe(302);
});

test('with the public address of the server the browser comes back there', async () => {
  const publicUrl = 'https://example.test/sluice';
  await open({}, publicUrl);
  const { url, cookie } = await begin();
  const returned = await visit(url);
  expect(returned.href).toContain(`${publicUrl}${OIDC}/callback?`);
  // The proxy in front takes the prefix off.
  returned.pathname = returned.pathname.slice('/sluice'.length);
  expect((await comeBack(returned, cookie)).headers.get('location')).toBe(`${publicUrl}/`);
});

test.each([
  [['other', 'platform', 'ops'], 'owner'],
  ['ops', 'owner'],
  [['everyone'], 'viewer'],
])('the highest role of %j counts', async (groups, role) => {
  issuer.person = { ...issuer.person, groups };
  expect(await whoIs((await signIn()).cookie)).toMatchObject({ role });
});

test('groups may stand in another claim, or in what the issuer says of the user', async () => {
  await open({ groupsClaim: 'cognito:groups' });
  issuer.person = { sub: 'ann', email: 'ann@example.test' };
  issuer.userInfo = { sub: 'ann', 'cognito:groups': ['ops'] };
  expect(await whoIs((await signIn()).cookie)).toMatchObject({ role: 'owner', name: 'ann@example.test' });
});

test('what is said of somebody else counts for nobody', async () => {
  issuer.person = { sub: 'ann' };
  issuer.userInfo = { sub: 'bob', groups: ['ops'] };
  expect((await signIn()).answer.status).toBe(401);
});

test.each([[['strangers']], [[]], [undefined], [{ ops: true }], [['constructor', '__proto__']]])(
  'whoever is in no group with a role is refused with a sentence: %j',
  async (groups) => {
    issuer.person = { ...issuer.person, groups };
    const { answer, cookie } = await signIn();
    expect(answer.status).toBe(403);
    expect(cookie).toBe('');
    expect(await answer.json()).toMatchObject({
      errors: [{ code: 10000, message: expect.stringContaining('"Ann" is in no group that has a role here') }],
    });
  },
);

test('a default role is for those who are in none', async () => {
  await open({ defaultRole: 'viewer' });
  issuer.person = { ...issuer.person, groups: [] };
  expect(await whoIs((await signIn()).cookie)).toMatchObject({ role: 'viewer' });
});

test('a change of groups counts with the next sign-in, for every browser of that person', async () => {
  const first = (await signIn()).cookie;
  issuer.person = { ...issuer.person, groups: ['everyone'] };
  const second = (await signIn()).cookie;
  for (const cookie of [first, second]) expect(await whoIs(cookie)).toMatchObject({ role: 'viewer' });
  issuer.person = { ...issuer.person, groups: [] };
  expect((await signIn()).answer.status).toBe(403);
  for (const cookie of [first, second]) {
    expect((await world.app.request(SESSION, { headers: { cookie } })).status).toBe(401);
  }
});

test('another state is refused, and nobody asks the issuer', async () => {
  const { url, cookie } = await begin();
  const returned = await visit(url);
  returned.searchParams.set('state', 'x'.repeat(43));
  expect(await refusalOf(await comeBack(returned, cookie))).toEqual([401, expect.stringContaining('another sign-in')]);
  expect(issuer.exchanges).toEqual([]);
});

test('a sign-in that another browser began is refused', async () => {
  const { url } = await begin();
  const returned = await visit(url);
  expect(await refusalOf(await comeBack(returned, ''))).toEqual([400, expect.stringContaining('Begin again')]);
  expect(await refusalOf(await comeBack(returned, 'sluice_oidc=none'))).toEqual([400, expect.any(String)]);
  const other = await begin();
  expect((await refusalOf(await comeBack(returned, other.cookie)))[0]).toBe(401);
});

test.each([
  ['nonce', { nonce: 'another' }],
  ['audience', { aud: 'another-client' }],
  ['issuer', { iss: 'http://127.0.0.1:1' }],
  ['time', { exp: 1 }],
])('an ID token with another %s is refused', async (_, forged) => {
  issuer.forged = forged;
  const { answer, cookie } = await signIn();
  expect(await refusalOf(answer)).toEqual([401, expect.stringContaining('not valid here')]);
  expect(cookie).toBe('');
  expect(String(reported)).toContain('Nobody could sign in');
});

test('an ID token that somebody else signed is refused', async () => {
  issuer.signsWrong = true;
  expect((await signIn()).answer.status).toBe(401);
});

test('a code that has expired, or was used, is refused with the way out', async () => {
  const { url, cookie } = await begin();
  const returned = await visit(url);
  issuer.expireCodes();
  const late = await comeBack(returned, cookie);
  expect(late.headers.getSetCookie().join()).toContain('sluice_oidc=; Max-Age=0');
  expect(await refusalOf(late)).toEqual([401, expect.stringMatching(/"invalid_grant".*Begin again/)]);
  const again = await begin();
  const fresh = await visit(again.url);
  expect((await comeBack(fresh, again.cookie)).status).toBe(302);
  expect((await comeBack(fresh, again.cookie)).status).toBe(401);
});

test('a person who said no is told so', async () => {
  const { url, cookie } = await begin();
  const returned = await visit(url);
  returned.searchParams.delete('code');
  returned.searchParams.set('error', 'access_denied');
  expect(await refusalOf(await comeBack(returned, cookie))).toEqual([401, expect.stringContaining('"access_denied"')]);
});

test('nothing of the tokens and the secret is reported', async () => {
  issuer.forged = { nonce: 'another' };
  await signIn();
  expect(reported).toHaveLength(1);
  const [error] = reported;
  expect(error instanceof Error && error.cause).toBeUndefined();
  expect(String(error)).not.toMatch(/sk-test|eyJ/);
});

test('an issuer that is away is a 502 and reported, and found when it is back', async () => {
  issuer.isAway = true;
  const answer = await world.app.request(OIDC);
  expect(await refusalOf(answer)).toEqual([502, expect.stringContaining('The log of the server')]);
  expect(String(reported[0])).toContain('Nobody could sign in');
  issuer.isAway = false;
  expect((await signIn()).answer.status).toBe(302);
});

test('an issuer that is not on this machine is asked over TLS alone', async () => {
  await open({ issuer: 'http://issuer.example' });
  expect((await world.app.request(OIDC)).status).toBe(502);
  expect(String(reported)).toContain('only requests to HTTPS are allowed');
});

test.each([OIDC, `${OIDC}/callback`])('%s is 404 where there is no identity provider', async (path) => {
  await world.storage.close();
  world = await openWorld();
  expect(await refusalOf(await world.app.request(path))).toEqual([404, expect.stringContaining('with a token')]);
});

async function open(change: Partial<OidcOptions> = {}, publicUrl?: string): Promise<void> {
  await world?.storage.close();
  reported = [];
  const roles = { ops: 'owner', platform: 'editor', everyone: 'viewer' } as const;
  world = await openWorld({
    oidc: { issuer: issuer.url, ...CLIENT, account: 'acme', roles, ...change },
    publicUrl,
    report: (error) => reported.push(error),
  });
}

/** All that a browser does. */
async function signIn() {
  const { url, cookie } = await begin();
  const answer = await comeBack(await visit(url), cookie);
  const session = answer.headers.getSetCookie().find((text) => text.startsWith('sluice_session='));
  return { answer, cookie: session?.split(';')[0] ?? '' };
}

async function begin() {
  const answer = await world.app.request(OIDC);
  expect(answer.status).toBe(302);
  const setCookie = answer.headers.get('set-cookie') ?? '';
  return { url: answer.headers.get('location') ?? '', setCookie, cookie: setCookie.split(';')[0] ?? '' };
}

/** Where the issuer sends the browser back to. */
async function visit(url: string): Promise<URL> {
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? '');
}

async function comeBack({ pathname, search }: URL, cookie: string): Promise<Response> {
  return world.app.request(pathname + search, { headers: { cookie } });
}

async function whoIs(cookie: string): Promise<unknown> {
  const answer = await world.app.request(SESSION, { headers: { cookie } });
  return ((await answer.json()) as { result: unknown }).result;
}

async function refusalOf(answer: Response): Promise<[number, string | undefined]> {
  const { errors } = (await answer.json()) as { errors: readonly { message: string }[] };
  return [answer.status, errors[0]?.message];
}
