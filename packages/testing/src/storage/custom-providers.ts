import type { NewCustomProvider } from '@sluice/storage';
import { expect, test } from 'vitest';
import { accountWithGateway } from './datasets.ts';
import type { World } from './world.ts';

/** Providers of an account's own. */
export function testCustomProviders(world: World): void {
  test('a provider comes back as it was written, off unless it says otherwise', async () => {
    const account = await world.account();
    const created = await world.here.customProviders.create(provider(account));
    expect(created).toEqual({
      ...NOTHING,
      ...provider(account),
      id: expect.any(String),
      enable: false,
      beta: false,
      createdAt: world.time,
      modifiedAt: world.time,
    });
    expect(await world.elsewhere.customProviders.get(account, created.id)).toEqual(created);
    expect(await world.elsewhere.customProviders.find(account, 'mine')).toEqual(created);
  });

  test('a slug is taken once in an account, and free in another', async () => {
    const account = await world.account();
    await world.here.customProviders.create(provider(account));
    const again = world.elsewhere.customProviders.create(provider(account));
    await expect(again).rejects.toMatchObject({ code: 'already_exists' });
    await world.here.customProviders.create(provider(await world.account()));
  });

  test('a provider of an unknown account is refused', async () => {
    const created = world.here.customProviders.create(provider('nobody'));
    await expect(created).rejects.toMatchObject({ code: 'unknown_account' });
  });

  test('a change leaves what it does not say, and null takes away', async () => {
    const account = await world.account();
    const created = await world.here.customProviders.create(provider(account, { description: 'a', link: 'b' }));
    world.time++;
    const change = { account, id: created.id, enable: true, link: null };
    const updated = await world.here.customProviders.update(change);
    expect(updated).toEqual({ ...created, enable: true, link: null, modifiedAt: world.time });
    expect(await world.here.customProviders.update({ ...change, id: 'nobody' })).toBeUndefined();
  });

  test('calls have it from memory, and know of a change by this process at once', async () => {
    const account = await world.account();
    expect(await world.here.customProviders.forCalls(account, 'mine')).toBeUndefined();
    const { id } = await world.here.customProviders.create(provider(account));
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({ id, enable: false });
    expect(world.here.customProviders.forCalls(account, 'mine')).not.toBeInstanceOf(Promise);
    await world.here.customProviders.update({ account, id, enable: true });
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({ enable: true });
    await world.here.customProviders.remove(account, id);
    expect(await world.here.customProviders.forCalls(account, 'mine')).toBeUndefined();
  });

  test('a change by another process is seen within two seconds', async () => {
    const account = await world.account();
    const { id } = await world.here.customProviders.create(provider(account));
    await world.here.customProviders.forCalls(account, 'mine');
    await world.elsewhere.customProviders.update({ account, id, baseUrl: 'https://other.example' });
    world.time += 2000;
    await world.here.customProviders.forCalls(account, 'mine');
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({
      baseUrl: 'https://other.example',
    });
  });

  test('only calls see the secrets among its headers', async () => {
    const account = await world.account();
    const headers = { 'x-team': 'search', 'x-api-key': 'sk-test-secret-abcd', cookie: 'short' };
    const created = await world.here.customProviders.create(provider(account, { headers }));
    expect(created.headers).toEqual({ 'x-team': 'search', 'x-api-key': 'sk-…abcd', cookie: '…' });
    expect(await world.elsewhere.customProviders.forCalls(account, 'mine')).toMatchObject({ headers });
  });

  test('a hint that comes back as it was shown keeps the secret behind it', async () => {
    const account = await world.account();
    const headers = { 'x-team': 'search', 'x-api-key': 'sk-test-secret-abcd', 'x-token': 'sk-test-other-wxyz' };
    const { id, headers: shown } = await world.here.customProviders.create(provider(account, { headers }));
    const change = { ...shown, 'x-team': 'shop', 'x-token': 'sk-test-newer-wxyz' };
    await world.here.customProviders.update({ account, id, headers: change });
    expect(await world.here.customProviders.forCalls(account, 'mine')).toMatchObject({
      headers: { 'x-team': 'shop', 'x-api-key': 'sk-test-secret-abcd', 'x-token': 'sk-test-newer-wxyz' },
    });
    const without = await world.here.customProviders.update({ account, id, headers: null });
    expect(without?.headers).toBeNull();
  });

  test('a removed provider takes its credentials along, in all gateways, and nobody else’s', async () => {
    const account = await accountWithGateway(world);
    const { id } = await world.here.customProviders.create(provider(account));
    for (const slug of ['custom-mine', 'custom-mine-2']) await store(world, account, slug);
    await world.here.credentials.credentials(account, 'gateway', 'custom-mine');
    expect(await world.here.customProviders.gatewaysWithCredentials(account, 'mine')).toEqual(['gateway']);
    expect(await world.here.customProviders.remove(account, id)).toMatchObject({ id });
    expect(await world.here.customProviders.remove(account, id)).toBeUndefined();
    expect(await world.here.customProviders.gatewaysWithCredentials(account, 'mine')).toEqual([]);
    expect(await world.here.credentials.credentials(account, 'gateway', 'custom-mine')).toEqual([]);
    expect(await world.here.credentials.credentials(account, 'gateway', 'custom-mine-2')).toHaveLength(1);
  });

  test('credentials stay when they are another provider’s too', async () => {
    const account = await accountWithGateway(world);
    const { id } = await world.here.customProviders.create(provider(account));
    await store(world, account, 'custom-mine');
    await world.here.customProviders.remove(account, id, { keepCredentials: true });
    expect(await world.here.credentials.credentials(account, 'gateway', 'custom-mine')).toHaveLength(1);
  });

  test('a list goes by position and then name, or as it is told', async () => {
    const account = await world.account();
    for (const [slug, name, position, enable] of [
      ['a', 'Zeta', null, true],
      ['b', 'Beta', null, false],
      ['c', 'Gamma', 2, true],
      ['d', 'Delta', 1, false],
    ] as const) {
      world.time++;
      await world.here.customProviders.create(provider(account, { slug, name, position, enable, beta: enable }));
    }
    const slugs = async (query: object, page = 1) => {
      const { items, total } = await world.here.customProviders.list(account, { page, perPage: 3, ...query });
      return `${items.map(({ slug }) => slug).join('')} of ${total}`;
    };
    expect(await slugs({})).toBe('dcb of 4');
    expect(await slugs({}, 2)).toBe('a of 4');
    expect(await slugs({}, 3)).toBe(' of 4');
    expect(await slugs({ orderBy: 'name' })).toBe('bdc of 4');
    expect(await slugs({ orderBy: 'name', direction: 'desc' })).toBe('acd of 4');
    expect(await slugs({ orderBy: 'createdAt', direction: 'desc' })).toBe('dcb of 4');
    expect(await slugs({ enable: true })).toBe('ca of 2');
    expect(await slugs({ beta: false })).toBe('db of 2');
    expect(await slugs({ search: 'ETA' })).toBe('ba of 2');
  });
}

const NOTHING = {
  description: null,
  link: null,
  logo: null,
  curlExample: null,
  jsExample: null,
  position: null,
  headers: null,
};

function provider(account: string, change: Partial<NewCustomProvider> = {}): NewCustomProvider {
  return { account, slug: 'mine', name: 'Mine', baseUrl: 'https://llm.example/v1', ...change };
}

async function store(world: World, account: string, provider: string): Promise<void> {
  const secret = 'sk-test-stored-key-abcd';
  await world.here.credentials.create({ account, gateway: 'gateway', provider, alias: 'default', secret });
}
