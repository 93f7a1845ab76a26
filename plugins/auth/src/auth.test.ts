import {
  type Call,
  type CallPatch,
  createGateway,
  GatewayError,
  type Next,
  type PluginHost,
  type Reply,
  type StateKey,
} from '@sluice/core';
import { expect, test, vi } from 'vitest';
import { type AuthOptions, auth, authenticated, gatewayToken } from './index.ts';

const TOKEN = 'gateway-token-test';
const OTHER = 'sk-test-of-the-vendor';

test('an authenticated gateway lets a call with a valid cf-aig-authorization in and marks it', async () => {
  const { admitted, state } = await run({ option: `Bearer ${TOKEN}` });
  expect(admitted).toBe(true);
  expect(state.get(authenticated)).toBe(true);
});

test('cf-aig-authorization works without the word Bearer', async () => {
  expect((await run({ option: TOKEN })).admitted).toBe(true);
  expect((await run({ option: `bearer  ${TOKEN} ` })).admitted).toBe(true);
});

test('an authenticated gateway refuses a call without a token and says the way out', async () => {
  await expect(run({})).rejects.toMatchObject({ code: 'unauthorized', status: 401 });
  await expect(run({})).rejects.toThrow(/"prod".*cf-aig-authorization: Bearer/s);
});

test('an authenticated gateway refuses a wrong token, and the message does not repeat it', async () => {
  const failure = await run({ option: `Bearer ${OTHER}` }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'unauthorized' });
  expect(String(failure)).not.toContain(OTHER);
});

test('a blank cf-aig-authorization counts as none', async () => {
  await expect(run({ option: 'Bearer ' })).rejects.toThrow('has none');
  expect((await run({ option: '', headers: { authorization: `Bearer ${TOKEN}` } })).admitted).toBe(true);
});

test('the token is checked against the account and gateway of the call', async () => {
  const verify = vi.fn(() => true);
  await run({ option: TOKEN, verify });
  expect(verify).toHaveBeenCalledExactlyOnceWith(TOKEN, 'acme', 'prod');
});

test('a gateway token in the vendor’s own header authenticates and goes no further', async () => {
  for (const value of [TOKEN, `Bearer ${TOKEN}`, `Token ${TOKEN}`, `Key ${TOKEN}`]) {
    const { admitted, upstreamHeaders, state } = await run({ headers: { 'x-api-key': value, accept: '*/*' } });
    expect(admitted).toBe(true);
    expect(state.get(authenticated)).toBe(true);
    expect(upstreamHeaders).toEqual({ accept: '*/*' });
  }
});

test('a gateway token in authorization counts for a vendor that uses another header, whose credential is kept', async () => {
  const { upstreamHeaders, state } = await run({ headers: { authorization: `Bearer ${TOKEN}`, 'x-api-key': OTHER } });
  expect(state.get(authenticated)).toBe(true);
  expect(upstreamHeaders).toEqual({ 'x-api-key': OTHER });
});

test('a vendor’s credential does not open an authenticated gateway', async () => {
  await expect(run({ headers: { 'x-api-key': OTHER } })).rejects.toThrow('x-api-key');
});

test('a wrong cf-aig-authorization is not made good by a token in the vendor’s header', async () => {
  await expect(run({ option: OTHER, headers: { 'x-api-key': TOKEN } })).rejects.toMatchObject({ code: 'unauthorized' });
});

test('with cf-aig-authorization the vendor’s headers are forwarded unchanged', async () => {
  const { upstreamHeaders } = await run({ option: TOKEN, headers: { 'x-api-key': OTHER } });
  expect(upstreamHeaders).toEqual({ 'x-api-key': OTHER });
});

test('the same gateway token in both places does not leak to the vendor', async () => {
  for (const authentication of [true, false]) {
    const headers = { authorization: `Bearer ${TOKEN}`, accept: '*/*' };
    expect((await run({ authentication, option: TOKEN, headers })).upstreamHeaders).toEqual({ accept: '*/*' });
  }
});

test('an open gateway lets everybody in, unmarked and unasked', async () => {
  const verify = vi.fn(() => true);
  const open = { authentication: false, verify };
  expect((await run(open)).admitted).toBe(true);
  expect((await run({ ...open, option: 'Bearer undefined' })).admitted).toBe(true);
  expect((await run({ ...open, option: TOKEN })).state.get(authenticated)).toBeUndefined();
  expect(verify).not.toHaveBeenCalled();
});

test('a gateway token in the vendor’s header of an open gateway is dropped, a credential is kept', async () => {
  const ours = await run({ authentication: false, headers: { 'x-api-key': TOKEN } });
  expect(ours.upstreamHeaders).toEqual({});
  expect(ours.state.get(authenticated)).toBeUndefined();
  const theirs = await run({ authentication: false, headers: { 'x-api-key': OTHER } });
  expect(theirs.upstreamHeaders).toEqual({ 'x-api-key': OTHER });
});

test('a token for another gateway lets nobody in, and reaches no vendor through an open one either', async () => {
  const verify = (token: string) => (token === TOKEN ? 'elsewhere' : false);
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-api-key': OTHER };
  const open = await run({ authentication: false, headers, verify });
  expect(open.upstreamHeaders).toEqual({ 'x-api-key': OTHER });
  const twice = await run({ authentication: false, option: TOKEN, headers, verify });
  expect(twice.upstreamHeaders).toEqual({ 'x-api-key': OTHER });
  await expect(run({ headers, verify })).rejects.toMatchObject({ code: 'unauthorized' });
  await expect(run({ option: TOKEN, verify })).rejects.toMatchObject({ code: 'unauthorized' });
});

test('beside a token for this gateway, one for another is dropped too', async () => {
  const verify = (token: string) => (token === OTHER ? 'elsewhere' : token === TOKEN);
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-api-key': OTHER };
  const { state, upstreamHeaders } = await run({ headers, verify });
  expect(state.get(authenticated)).toBe(true);
  expect(upstreamHeaders).toEqual({});
});

test('an open gateway stays open when tokens can’t be looked up; an authenticated one does not open', async () => {
  const verify = () => Promise.reject(new Error('the store is down'));
  const headers = { 'x-api-key': OTHER };
  expect((await run({ authentication: false, headers, verify })).upstreamHeaders).toEqual(headers);
  await expect(run({ headers, verify })).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  await expect(run({ option: TOKEN, verify })).rejects.toThrow(/"prod"/);
});

test('what verify says about why it can’t tell is what the client hears', async () => {
  const reason = new GatewayError('unavailable', 'The database could not be asked for a token.');
  await expect(run({ option: TOKEN, verify: () => Promise.reject(reason) })).rejects.toBe(reason);
});

test('the name that verify gives a token is there for other plugins, on authenticated gateways', async () => {
  const verify = (token: string) => token === TOKEN && { id: 'token-1' };
  expect((await run({ option: TOKEN, verify })).state.get(gatewayToken)).toBe('token-1');
  expect((await run({ headers: { 'x-api-key': TOKEN }, verify })).state.get(gatewayToken)).toBe('token-1');
  expect((await run({ option: TOKEN })).state.get(gatewayToken)).toBeUndefined();
  const open = await run({ authentication: false, headers: { 'x-api-key': TOKEN }, verify });
  expect(open.state.get(gatewayToken)).toBeUndefined();
  expect(open.upstreamHeaders).toEqual({});
});

test('a gateway token that the provider copied into another header goes no further either', async () => {
  const targetHeaders = { authorization: undefined, 'x-api-key': TOKEN, 'anthropic-version': '2023-06-01' };
  const { target } = await run({ headers: { authorization: `Bearer ${TOKEN}` }, targetHeaders });
  expect(target?.headers).toStrictEqual({ authorization: undefined, 'anthropic-version': '2023-06-01' });
});

test('at the gateway’s own address, where no vendor is named yet, authorization may hold the token', async () => {
  const sent: string[] = [];
  const gateway = createGateway({
    providers: [],
    settings: { gateway: (account, id) => ({ account, id, authentication: true, collectLogs: false }) },
    plugins: [
      auth({ verify: (token) => token === TOKEN }),
      {
        name: 'universal',
        stage: 'step',
        setup: () => ({
          handle({ headers }) {
            sent.push(headers.authorization ?? 'none');
            return { type: 'bytes', status: 200, headers: {}, source: 'gateway', body: new Uint8Array() };
          },
        }),
      },
    ],
  });
  const ask = (authorization: string) =>
    gateway.fetch(
      new Request('http://gateway.test/v1/acme/prod', { method: 'POST', headers: { authorization }, body: '[]' }),
    );
  expect((await ask(`Bearer ${TOKEN}`)).status).toBe(200);
  expect((await ask(`Bearer ${OTHER}`)).status).toBe(401);
  expect(sent).toEqual(['none']);
});

interface Scenario extends Partial<AuthOptions> {
  readonly authentication?: boolean;
  readonly option?: string;
  readonly headers?: Record<string, string>;
  readonly targetHeaders?: Record<string, string | undefined>;
}

/** Sends one call through the plugin and tells what came out on its inner side. */
async function run({ authentication = true, option, headers = {}, targetHeaders, verify = isOurs }: Scenario) {
  const state = createState();
  const call = {
    account: 'acme',
    gateway: { account: 'acme', id: 'prod', authentication, collectLogs: true },
    provider: { id: 'anthropic', credentialHeaders: ['x-api-key'] },
    target: { url: 'https://vendor.test', path: '', protocol: undefined, headers: targetHeaders },
    options: new Map(option === undefined ? [] : [['authorization', option]]),
    headers,
    state,
  } as unknown as Call;
  let patch: CallPatch | undefined;
  let admitted = false;
  const next: Next = (given) => {
    admitted = true;
    patch = given;
    return { type: 'bytes', status: 200, headers: {}, source: 'upstream', body: new Uint8Array() } satisfies Reply;
  };
  const hooks = auth({ verify }).setup({} as PluginHost);
  await hooks.admit?.(call);
  await hooks.handle?.(call, next);
  return { admitted, state, upstreamHeaders: patch?.headers ?? headers, target: patch?.target };
}

async function isOurs(token: string): Promise<boolean> {
  return token === TOKEN;
}

function createState(): Call['state'] {
  const values = new Map<StateKey<unknown>, unknown>();
  return {
    get: <T>(key: StateKey<T>) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
  };
}
