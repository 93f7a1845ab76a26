import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';

let world: World;
let client: Cloudflare;
let sent = 0;

beforeEach(async () => {
  world = await openWorld();
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  sent = 0;
  client = new Cloudflare({
    apiToken: world.token,
    baseURL: 'http://127.0.0.1:8787/client/v4',
    fetch: async (url: string | URL | Request, init?: RequestInit) => {
      sent++;
      return world.app.request(new Request(url, init));
    },
  });
});
afterEach(() => world.storage.close());

const account_id = 'acme';
const inGateway = { account_id, gateway_id: 'prod' };

test('the official client keeps datasets', async () => {
  const { datasets } = client.aiGateway;
  const filters = [{ key: 'model' as const, operator: 'contains' as const, value: ['gpt'] }];
  const created = await datasets.create('prod', { account_id, name: 'gpt', enable: true, filters });
  expect(await datasets.get(created.id, inGateway)).toEqual(created);
  for (const name of ['b', 'xyz']) await datasets.create('prod', { account_id, name, enable: false, filters: [] });
  expect(await namesOf(datasets.list('prod', { account_id, per_page: 2 }))).toEqual(['gpt', 'b', 'xyz']);
  expect(await namesOf(datasets.list('prod', { account_id, enable: false, search: 'XYZ' }))).toEqual(['xyz']);
  const updated = await datasets.update(created.id, { ...inGateway, name: 'other', enable: true, filters: [] });
  expect(updated).toMatchObject({ id: created.id, name: 'other', filters: [] });
  expect(await datasets.delete(created.id, inGateway)).toEqual(updated);
  await expect(datasets.get(created.id, inGateway)).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
});

test('the official client evaluates datasets', async () => {
  for (const [id, costNanos] of [
    ['a', 2000],
    ['b', 4000],
  ] as const) {
    await world.log({ id, costNanos, feedback: 1 });
  }
  const types = await collect(client.aiGateway.evaluationTypes.list({ account_id, order_by: 'name', per_page: 2 }));
  expect(types.map(({ type }) => type)).toEqual(['cost', 'human_feedback', 'speed']);
  const dataset = await client.aiGateway.datasets.create('prod', {
    account_id,
    name: 'all',
    enable: true,
    filters: [],
  });
  const { evaluations } = client.aiGateway;
  const wanted = { account_id, dataset_ids: [dataset.id], evaluation_type_ids: types.map(({ id }) => id) };
  const created = await evaluations.create('prod', { ...wanted, name: 'today' });
  expect(created.results.map(({ result }) => result)).toEqual(['0.000003', '100', '900']);
  expect(created).toMatchObject({ processed: true, total_logs: 2, datasets: [{ id: dataset.id, account_id }] });
  expect(await evaluations.get(created.id, inGateway)).toEqual(created);
  await evaluations.create('prod', { ...wanted, name: 'again' });
  expect(await namesOf(evaluations.list('prod', { account_id, per_page: 1 }))).toEqual(['today', 'again']);
  expect(await namesOf(evaluations.list('prod', { account_id, processed: true, name: 'again' }))).toEqual(['again']);
  expect(await evaluations.delete(created.id, inGateway)).toEqual(created);
});

test('the official client keeps custom providers', async () => {
  const { customProviders } = client.aiGateway;
  const wanted = { account_id, name: 'Mine', slug: 'mine', base_url: 'https://llm.example.com/v1' };
  const created = await customProviders.create({ ...wanted, enable: true, headers: '{"x-team":"a"}', position: 1 });
  expect(created).toMatchObject({ slug: 'mine', enable: true, headers: '{"x-team":"a"}', position: 1 });
  expect(await customProviders.get(created.id, { account_id })).toEqual(created);
  await customProviders.create({ ...wanted, name: 'Other', slug: 'other' });
  expect(await namesOf(customProviders.list({ account_id, per_page: 1 }))).toEqual(['Mine', 'Other']);
  expect(await namesOf(customProviders.list({ account_id, enable: false, beta: false, search: 'oth' }))).toEqual([
    'Other',
  ]);
  const patched = await client.patch<{ result: unknown }>(
    `/accounts/${account_id}/ai-gateway/custom-providers/${created.id}`,
    { body: { enable: false } },
  );
  expect(patched.result).toMatchObject({ id: created.id, enable: false });
  expect(await customProviders.delete(created.id, { account_id })).toEqual(patched.result);
});

test('the official client asks for URLs', async () => {
  expect(await client.aiGateway.urls.get('openai', inGateway)).toBe('http://127.0.0.1:8787/v1/acme/prod/openai');
  expect(await client.aiGateway.urls.get('universal', inGateway)).toBe('http://127.0.0.1:8787/v1/acme/prod/');
});

test('the official client hears at once that there is no billing', async () => {
  const { billing } = client.aiGateway;
  const asks = [
    () => billing.creditBalance({ account_id }),
    () => billing.invoiceHistory({ account_id, type: 'all' }),
    () => billing.invoicePreview({ account_id }),
    () => billing.usageHistory({ account_id, value_grouping_window: 'day' }),
    () => billing.topup.create({ account_id, amount: 1000 }),
    () => billing.topup.status({ account_id, payment_intent_id: 'pi' }),
    () => billing.topup.config.get({ account_id }),
    () => billing.topup.config.create({ account_id, amount: 1000, threshold: 500 }),
    () => billing.topup.config.delete({ account_id }),
    () => billing.spendingLimit.get({ account_id }),
    () => billing.spendingLimit.create({ account_id, amount: 100, duration: 'daily', strategy: 'fixed' }),
    () => billing.spendingLimit.delete({ account_id }),
  ];
  for (const ask of asks) {
    await expect(ask()).rejects.toMatchObject({ status: 400, errors: [{ code: 10100 }] });
  }
  // Nothing was sent a second time.
  expect(sent).toBe(asks.length);
});

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

async function namesOf(list: AsyncIterable<{ readonly name: string }>): Promise<string[]> {
  return (await collect(list)).map(({ name }) => name);
}
