import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';

let world: World;
let client: Cloudflare;

beforeEach(async () => {
  world = await openWorld();
  client = clientOf(world.token);
});
afterEach(() => world.storage.close());

const account_id = 'acme';
const wanted = {
  account_id,
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};

test('the official client creates, reads and pages through gateways, and stops', async () => {
  const created = await client.aiGateway.create({
    ...wanted,
    id: 'prod',
    guardrails: { prompt: { S1: 'BLOCK' }, response: {} },
  });
  expect(created.log_management).toBe(10_000_000);
  for (const id of ['a', 'b']) await client.aiGateway.create({ ...wanted, id });
  expect(await client.aiGateway.get('prod', { account_id })).toEqual(created);
  const ids: string[] = [];
  for await (const { id } of client.aiGateway.list({ account_id, per_page: 2 })) ids.push(id);
  expect(ids.sort()).toEqual(['a', 'b', 'prod']);
});

test('the official client replaces and deletes a gateway', async () => {
  await client.aiGateway.create({ ...wanted, id: 'prod', authentication: true });
  const updated = await client.aiGateway.update('prod', { ...wanted, cache_ttl: 60, retry_max_attempts: 3 });
  expect(updated).toMatchObject({ id: 'prod', cache_ttl: 60, retry_max_attempts: 3, authentication: true });
  expect(await client.aiGateway.delete('prod', { account_id })).toEqual(updated);
  await expect(client.aiGateway.get('prod', { account_id })).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
});

test('the official client stores credentials, and pages through them without their secrets', async () => {
  await client.aiGateway.create({ ...wanted, id: 'prod' });
  const store = (alias: string, limits = {}) =>
    client.aiGateway.providerConfigs.create('prod', {
      account_id,
      provider_slug: 'openai',
      alias,
      default_config: alias === 'a',
      secret: 'sk-test-secret-of-openai-abcd',
      ...limits,
    });
  const limited = await store('a', { rate_limit: 5, rate_limit_period: 60 });
  expect(limited).toEqual({
    id: expect.any(String),
    provider_slug: 'openai',
    alias: 'a',
    default_config: true,
    gateway_id: 'prod',
    secret_id: limited.id,
    secret_preview: 'sk-…abcd',
    modified_at: expect.any(String),
    rate_limit: 5,
    rate_limit_period: 60,
  });
  for (const alias of ['b', 'c']) await store(alias);
  const aliases: string[] = [];
  for await (const config of client.aiGateway.providerConfigs.list('prod', { account_id, per_page: 2 })) {
    expect(JSON.stringify(config)).not.toContain('secret-of-openai');
    aliases.push(config.alias);
  }
  expect(aliases.sort()).toEqual(['a', 'b', 'c']);
});

test('the official client pages through logs and reads one with its bodies', async () => {
  await client.aiGateway.create({ ...wanted, id: 'prod' });
  const bodies = { request: new TextEncoder().encode('{"ask":1}'), response: new TextEncoder().encode('{"say":2}') };
  for (const number of [1, 2, 3]) await world.log({ id: `log-${number}`, createdAt: number }, bodies);
  const ids: string[] = [];
  for await (const { id } of client.aiGateway.logs.list('prod', { account_id, per_page: 2, order_by: 'created_at' }))
    ids.push(id);
  expect(ids).toEqual(['log-3', 'log-2', 'log-1']);
  const row = { account_id, gateway_id: 'prod' };
  const log = await client.aiGateway.logs.get('log-2', row);
  expect(log).toMatchObject({ tokens_in: 12, cost: 0.000012345, request_head: '{"ask":1}' });
  expect(await client.aiGateway.logs.request('log-2', row)).toEqual({ ask: 1 });
  expect(await client.aiGateway.logs.response('log-2', row)).toEqual({ say: 2 });
});

test('the official client knows each refusal by its class', async () => {
  await expect(client.aiGateway.get('nope', { account_id })).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  await expect(client.aiGateway.get('nope', { account_id: 'other' })).rejects.toBeInstanceOf(
    Cloudflare.PermissionDeniedError,
  );
  const stranger = clientOf('sk-test-nobody-knows');
  await expect(stranger.aiGateway.get('nope', { account_id })).rejects.toBeInstanceOf(Cloudflare.AuthenticationError);
  const invalid = client.aiGateway.create({ ...wanted, id: 'No Good' });
  await expect(invalid).rejects.toMatchObject({ status: 400, errors: [{ code: 7001, path: ['body', 'id'] }] });
});

/** The client as it is, with the app in place of the network. */
function clientOf(apiToken: string): Cloudflare {
  const fetch = async (url: string | URL | Request, init?: RequestInit) => world.app.request(new Request(url, init));
  return new Cloudflare({ apiToken, baseURL: 'http://127.0.0.1:8787/client/v4', maxRetries: 0, fetch });
}
