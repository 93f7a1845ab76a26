import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

test('the official client hears that its token is active', async () => {
  const { id, token } = await world.storage.tokens.create({ account: 'acme', name: 'board', role: 'viewer' });
  const client = clientOf(token);
  expect(await client.user.tokens.verify()).toEqual({ id, status: 'active' });
  expect(await client.accounts.tokens.verify({ account_id: 'acme' })).toEqual({ id, status: 'active' });
});

test('it hears of a revoked one and of another account as it knows it', async () => {
  const { id, token } = await world.storage.tokens.create({ account: 'acme', name: 'ci', role: 'editor' });
  const client = clientOf(token);
  await expect(client.accounts.tokens.verify({ account_id: 'other' })).rejects.toThrow(
    Cloudflare.PermissionDeniedError,
  );
  await world.call('DELETE', `/tokens/${id}`);
  await expect(client.user.tokens.verify()).rejects.toThrow(Cloudflare.AuthenticationError);
});

/** The client as it is, with the app in place of the network. */
function clientOf(apiToken: string): Cloudflare {
  const fetch = async (url: string | URL | Request, init?: RequestInit) => world.app.request(new Request(url, init));
  return new Cloudflare({ apiToken, baseURL: 'http://127.0.0.1:8787/client/v4', maxRetries: 0, fetch });
}
