import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

test.each([
  ['GET', 'ai-gateway/billing/credit-balance', 'nobody sells credits'],
  ['GET', 'ai-gateway/billing/invoice-history?type=auto', 'nobody sells credits'],
  ['POST', 'ai-gateway/billing/topup', 'nobody sells credits'],
  ['DELETE', 'ai-gateway/billing/topup/config', 'nobody sells credits'],
  ['POST', 'ai-gateway/gateways/prod/custom-domains', 'SLUICE_PUBLIC_URL'],
  ['DELETE', 'ai-gateway/gateways/prod/custom-domains/ai.example.com', 'SLUICE_PUBLIC_URL'],
  ['POST', 'logpush/jobs', 'database of your own'],
  ['GET', 'secrets_store/stores', 'provider_configs'],
])('%s %s is not offered here, and says what is', async (method, path, wayOut) => {
  const headers = { authorization: `Bearer ${world.token}` };
  const answer = await world.app.request(`/client/v4/accounts/acme/${path}`, { method, headers });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    success: false,
    errors: [{ code: 10100, message: expect.stringContaining(wayOut) }],
    result: {},
  });
});
