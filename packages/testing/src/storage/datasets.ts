import type { DatasetFilter, NewDataset } from '@sluice/storage';
import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** Named filters over a log. */
export function testDatasets(world: World): void {
  test('a dataset comes back as it was written', async () => {
    const account = await accountWithGateway(world);
    const wanted = dataset(account, { filters: FILTERS });
    const created = await world.here.datasets.create(wanted);
    expect(created).toEqual({ ...wanted, id: expect.any(String), createdAt: world.time, modifiedAt: world.time });
    expect(await world.elsewhere.datasets.get(account, 'gateway', created.id)).toEqual(created);
  });

  test('a dataset of an unknown gateway is refused', async () => {
    const account = await world.account();
    await expect(world.here.datasets.create(dataset(account))).rejects.toMatchObject({ code: 'unknown_gateway' });
  });

  test('a change replaces everything but the id and the day of birth', async () => {
    const account = await accountWithGateway(world);
    const created = await world.here.datasets.create(dataset(account, { filters: FILTERS }));
    world.time++;
    const change = { ...dataset(account, { name: 'other', enable: false }), id: created.id };
    const updated = await world.here.datasets.update(change);
    expect(updated).toEqual({ ...created, ...change, modifiedAt: world.time });
    expect(await world.elsewhere.datasets.get(account, 'gateway', created.id)).toEqual(updated);
    expect(await world.here.datasets.update({ ...change, id: 'nobody' })).toBeUndefined();
  });

  test('a removed dataset comes back once', async () => {
    const account = await accountWithGateway(world);
    const created = await world.here.datasets.create(dataset(account));
    expect(await world.elsewhere.datasets.remove(account, 'other', created.id)).toBeUndefined();
    expect(await world.elsewhere.datasets.remove(account, 'gateway', created.id)).toEqual(created);
    expect(await world.here.datasets.get(account, 'gateway', created.id)).toBeUndefined();
  });

  test('a list has the oldest first, and holds what was asked for', async () => {
    const account = await accountWithGateway(world);
    const names = async (query: object, page = 1) => {
      const { items, total } = await world.here.datasets.list(account, 'gateway', { page, perPage: 2, ...query });
      return [total, ...items.map(({ name }) => name)];
    };
    for (const [name, enable, filters] of [
      ['Shop', true, []],
      ['Search', false, FILTERS],
      ['shop 2', true, FILTERS],
    ] as const) {
      world.time++;
      await world.here.datasets.create(dataset(account, { name, enable, filters }));
    }
    expect(await names({})).toEqual([3, 'Shop', 'Search']);
    expect(await names({}, 2)).toEqual([3, 'shop 2']);
    expect(await names({}, 3)).toEqual([3]);
    expect(await names({ name: 'Shop' })).toEqual([1, 'Shop']);
    expect(await names({ enable: false })).toEqual([1, 'Search']);
    expect(await names({ search: 'SHOP' })).toEqual([2, 'Shop', 'shop 2']);
    expect(await names({ search: 'gpt-Test' })).toEqual([2, 'Search', 'shop 2']);
    expect(await names({ search: '%' })).toEqual([0]);
  });

  test('a removed gateway takes its datasets along, and leaves those of others', async () => {
    const account = await accountWithGateway(world);
    await world.here.settings.create({ account, id: 'other' });
    await world.here.datasets.create(dataset(account));
    const kept = await world.here.datasets.create(dataset(account, { gateway: 'other' }));
    await world.here.settings.remove(account, 'gateway');
    await world.here.settings.create({ account, id: 'gateway' });
    expect((await world.here.datasets.list(account, 'gateway', { page: 1, perPage: 9 })).total).toBe(0);
    expect((await world.here.datasets.list(account, 'other', { page: 1, perPage: 9 })).items).toEqual([kept]);
  });
}

const FILTERS: readonly DatasetFilter[] = [
  { key: 'model', operator: 'eq', value: ['gpt-test', 'other'] },
  { key: 'success', operator: 'eq', value: [true] },
];

/** A new account with a gateway called `gateway`. */
export async function accountWithGateway(world: World): Promise<string> {
  const account = await world.account();
  await world.here.settings.create({ account, id: 'gateway' });
  return account;
}

function dataset(account: string, change: Partial<NewDataset> = {}): NewDataset {
  return { account, gateway: 'gateway', name: 'all', enable: true, filters: [], ...change };
}
