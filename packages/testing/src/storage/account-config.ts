import type { AccountChange, AccountState } from '@sluice/storage';
import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** The whole configuration of an account, read and written as one. */
export function testAccountConfig(world: World): void {
  const read = (account: string): Promise<AccountState> => world.here.accountConfig.read(account);
  const apply = async (account: string, changes: readonly AccountChange[]): Promise<void> =>
    world.here.accountConfig.apply(await read(account), changes);

  test('everything that is made at once is there, for calls too', async () => {
    const account = await world.account();
    expect(await world.here.settings.gateway(account, 'prod')).toBeUndefined();
    await apply(account, everything(account));
    const state = await world.elsewhere.accountConfig.read(account);
    expect(state.gateways).toMatchObject([
      { id: 'prod', cacheTtl: 60, traffic: TRAFFIC, authentication: false, createdAt: world.time },
    ]);
    expect(state.credentials).toMatchObject([{ provider: 'openai', alias: 'default', isDefault: true, rateLimit: 5 }]);
    expect(state.datasets).toMatchObject([{ name: 'errors', enable: true, filters: FILTERS }]);
    expect(state.customProviders).toMatchObject([{ slug: 'mine', headers: { 'x-api-key': 'sk-…abcd' } }]);
    expect(await world.here.settings.gateway(account, 'prod')).toMatchObject({ cacheTtl: 60 });
    expect(await world.here.credentials.credentials(account, 'prod', 'openai')).toMatchObject([{ secret: SECRET }]);
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({ headers: HEADERS });
  });

  test('changes replace settings and leave secrets that are not said', async () => {
    const account = await world.account();
    await apply(account, everything(account));
    const { credentials, datasets, customProviders } = await read(account);
    const [key, dataset, mine] = [known(credentials), known(datasets), known(customProviders)];
    world.time++;
    await apply(account, [
      { type: 'gateway.update', gateway: { account, id: 'prod', cacheInvalidateOnUpdate: true } },
      {
        type: 'credential.update',
        credential: { account, gateway: 'prod', id: key.id, provider: 'openai', alias: 'b' },
      },
      { type: 'dataset.update', dataset: { ...dataset, enable: false } },
      {
        type: 'custom_provider.update',
        provider: { account, id: mine.id, enable: true, headers: { 'x-api-key': 'sk-…abcd', 'x-team': 'a' } },
      },
    ]);
    expect((await read(account)).gateways).toMatchObject([
      { cacheTtl: 0, traffic: null, cachePurgedAt: world.time, modifiedAt: world.time, createdAt: world.time - 1 },
    ]);
    expect(await world.here.credentials.credentials(account, 'prod', 'openai')).toMatchObject([
      { alias: 'b', secret: SECRET, isDefault: false, rateLimit: null },
    ]);
    expect((await read(account)).datasets).toMatchObject([{ name: 'errors', enable: false }]);
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({
      enable: true,
      headers: { ...HEADERS, 'x-team': 'a' },
    });
  });

  test('what is taken away is gone, with the tokens of its gateway', async () => {
    const account = await world.account();
    await apply(account, everything(account));
    const { token } = await world.here.tokens.create({ account, name: 'app', kind: 'gateway', gateway: 'prod' });
    expect(await world.here.tokens.verify(token)).toBeDefined();
    const mine = known((await read(account)).customProviders);
    await apply(account, [
      { type: 'gateway.delete', id: 'prod' },
      { type: 'custom_provider.delete', id: mine.id },
    ]);
    expect(await read(account)).toEqual({ account, gateways: [], credentials: [], datasets: [], customProviders: [] });
    expect(await world.here.tokens.verify(token)).toBeUndefined();
    expect(await world.here.settings.gateway(account, 'prod')).toBeUndefined();
  });

  test('a change that the database refuses takes all others back', async () => {
    const account = await world.account();
    await apply(account, everything(account));
    const before = await read(account);
    const made = { account, id: 'other' };
    const failing = apply(account, [
      { type: 'gateway.update', gateway: { account, id: 'prod', cacheTtl: 1 } },
      { type: 'gateway.create', gateway: made },
      { type: 'gateway.create', gateway: made },
    ]);
    await expect(failing).rejects.not.toMatchObject({ code: 'changed_meanwhile' });
    expect(await read(account)).toEqual(before);
  });

  test.each<readonly [string, (account: string, state: AccountState) => Promise<unknown>]>([
    ['a gateway is made', (account) => world.elsewhere.settings.create({ account, id: 'other' })],
    ['a gateway is changed', (account) => world.elsewhere.settings.update({ account, id: 'prod', cacheTtl: 3 })],
    ['a gateway is deleted', (account) => world.elsewhere.settings.remove(account, 'prod')],
    [
      'a key is stored anew',
      (account, { credentials }) =>
        world.elsewhere.credentials.update({
          ...known(credentials),
          account,
          secret: 'sk-test-other-key',
        }),
    ],
    [
      'a dataset is deleted',
      (account, { datasets }) => world.elsewhere.datasets.remove(account, 'prod', known(datasets).id),
    ],
    [
      'a provider is changed',
      (account, { customProviders }) =>
        world.elsewhere.customProviders.update({ account, id: known(customProviders).id, name: 'Other' }),
    ],
  ])('nothing is written when %s after it was read', async (_, change) => {
    const account = await world.account();
    await apply(account, everything(account));
    const state = await read(account);
    world.time++;
    await change(account, state);
    const changed = await read(account);
    const late = world.here.accountConfig.apply(state, [{ type: 'gateway.create', gateway: { account, id: 'late' } }]);
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile', message: expect.stringContaining(account) });
    expect(await read(account)).toEqual(changed);
  });

  test('changes of another account are nobody else’s', async () => {
    const [account, other] = [await world.account(), await world.account()];
    const state = await read(account);
    world.time++;
    await world.elsewhere.settings.create({ account: other, id: 'theirs' });
    await world.here.accountConfig.apply(state, everything(account));
    expect((await read(account)).gateways).toHaveLength(1);
    expect((await read(other)).gateways).toMatchObject([{ id: 'theirs' }]);
  });

  test('of two that apply at once over the same state one is refused', async () => {
    const account = await world.account();
    const state = await read(account);
    const made = await Promise.allSettled(
      [world.here, world.elsewhere].map(({ accountConfig }, index) =>
        accountConfig.apply(state, [{ type: 'gateway.create', gateway: { account, id: `of-${index}` } }]),
      ),
    );
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await read(account)).gateways).toHaveLength(1);
  });

  test('a secret can be compared and not read', async () => {
    const account = await world.account();
    await apply(account, everything(account));
    const { credentials, customProviders } = await read(account);
    expect(JSON.stringify({ credentials, customProviders })).not.toContain('test-secret');
    const { accountConfig } = world.here;
    expect(await accountConfig.holdsSecret(known(credentials), SECRET)).toBe(true);
    expect(await accountConfig.holdsSecret(known(credentials), `${SECRET}x`)).toBe(false);
    const mine = known(customProviders);
    expect(await accountConfig.holdsHeaders(mine, HEADERS)).toBe(true);
    expect(await accountConfig.holdsHeaders(mine, { 'x-api-key': 'sk-…abcd' })).toBe(true);
    expect(await accountConfig.holdsHeaders(mine, { 'x-api-key': 'sk-test-other-abcd' })).toBe(false);
    expect(await accountConfig.holdsHeaders(mine, null)).toBe(false);
  });

  test('an unknown account is refused', async () => {
    await expect(read('nobody')).rejects.toMatchObject({ code: 'unknown_account' });
  });
}

const SECRET = 'sk-test-secret-of-openai-wxyz';
const HEADERS = { 'x-api-key': 'sk-test-secret-abcd' };
const TRAFFIC = { cache: { streams: true } };
const FILTERS = [{ key: 'success', operator: 'eq', value: [false] }] as const;

function everything(account: string): readonly AccountChange[] {
  const place = { account, gateway: 'prod' };
  const limits = { rateLimit: 5, rateLimitPeriod: 60 };
  const key = { ...place, ...limits, id: crypto.randomUUID(), provider: 'openai', alias: 'default' };
  const mine = { account, slug: 'mine', name: 'Mine', baseUrl: 'https://llm.example', headers: HEADERS };
  const errors = { ...place, id: crypto.randomUUID(), name: 'errors', enable: true, filters: FILTERS };
  return [
    { type: 'custom_provider.create', provider: { ...mine, id: crypto.randomUUID() } },
    { type: 'gateway.create', gateway: { account, id: 'prod', cacheTtl: 60, traffic: TRAFFIC } },
    { type: 'credential.create', credential: { ...key, secret: SECRET, isDefault: true } },
    { type: 'dataset.create', dataset: errors },
  ];
}

function known<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('Nothing is stored.');
  return first;
}
