import { afterEach, expect, test } from 'vitest';
import { openWorld, type World, type WorldOptions } from '../test/open-world.ts';

let world: World;
afterEach(() => world.storage.close());

async function open(options: WorldOptions = {}): Promise<void> {
  world = await openWorld(options);
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
}

test('the URL of a provider ends with it, that of all ends with a slash', async () => {
  await open();
  const url = async (provider: string) => (await world.call('GET', `/gateways/prod/url/${provider}`)).body.result;
  expect(await url('openai')).toBe('http://localhost/v1/acme/prod/openai');
  expect(await url('universal')).toBe('http://localhost/v1/acme/prod/');
});

test('the operator says where clients reach the server', async () => {
  await open({ publicUrl: 'https://ai.example.com/gateway', callPath: '/calls' });
  const { body } = await world.call('GET', '/gateways/prod/url/openai');
  expect(body.result).toBe('https://ai.example.com/gateway/calls/acme/prod/openai');
});

test('what nobody could call has none', async () => {
  await open({ providers: ['openai'] });
  const status = async (path: string) => (await world.call('GET', path)).status;
  expect(await status('/gateways/prod/url/openai')).toBe(200);
  expect(await status('/gateways/prod/url/custom-mine')).toBe(404);
  const provider = { account: 'acme', slug: 'mine', name: 'Mine', baseUrl: 'https://llm.example.com' };
  await world.storage.customProviders.create(provider);
  expect(await status('/gateways/prod/url/custom-mine')).toBe(200);
  expect(await status('/gateways/lost/url/openai')).toBe(404);
  const { body } = await world.call('GET', '/gateways/prod/url/opena');
  expect(body.errors).toEqual([{ code: 7002, message: expect.stringContaining('Did you mean openai?') }]);
});
