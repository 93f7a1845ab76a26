import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { nodeRuntime } from '@sluice/core/node';
import { createStorage, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { startUpstream, type Upstream } from '@sluice/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSluice, readConfig, type Sluice } from './index.ts';

const SESSION = 'http://127.0.0.1:8787/client/v4/session';

let upstream: Upstream;
let storage: Storage;
let sluice: Sluice;
beforeEach(async () => {
  upstream = await startUpstream();
  upstream.respond({ headers: { 'content-type': 'application/json' }, body: '{}' });
});
afterEach(async () => {
  await sluice.close();
  await upstream.close();
});

test.each([
  ['viewer', 401],
  ['editor', 200],
  ['owner', 200],
] as const)('a call with the token of a %s: %i', async (role, status) => {
  await start();
  const { token } = await storage.tokens.create({ account: 'default', name: role, role });
  const answer = await sluice.fetch(
    new Request('http://127.0.0.1:8787/v1/default/default/openai/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'cf-aig-authorization': `Bearer ${token}` },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [] }),
    }),
  );
  expect(answer.status).toBe(status);
});

test('the token of the first start is an owner', async () => {
  await start();
  const headers = { authorization: `Bearer ${sluice.newToken}` };
  const answer = await sluice.fetch(new Request(SESSION, { headers }));
  expect(await answer.json()).toMatchObject({ result: { account: 'default', role: 'owner' } });
});

test('SLUICE_ADMIN_TOKEN is an owner, also when it was a viewer before', async () => {
  const token = 'token-test-0123456789';
  storage = createStorage(await openNodeSqlite(':memory:'));
  await storage.migrate();
  await storage.accounts.ensure('default');
  await storage.tokens.create({ account: 'default', name: 'board', token, role: 'viewer' });
  await start({ SLUICE_ADMIN_TOKEN: token }, storage);
  const answer = await sluice.fetch(new Request(SESSION, { headers: { authorization: `Bearer ${token}` } }));
  expect(await answer.json()).toMatchObject({ result: { role: 'owner' } });
});

test('the identity provider of the config file is the one that browsers are sent to', async () => {
  const issuer = createServer((_, response) => {
    const metadata = { issuer: url, authorization_endpoint: `${url}/authorize`, response_types_supported: ['code'] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
  try {
    const oidc = { issuer: url, clientId: 'sluice', roles: { ops: 'owner' } };
    await start({ SLUICE_CONFIG: JSON.stringify({ oidc }), SLUICE_OIDC_CLIENT_SECRET: 'sk-test-client' });
    const answer = await sluice.fetch(new Request(`${SESSION}/oidc`));
    expect(answer.headers.get('location')).toMatch(`${url}/authorize?`);
    expect(answer.headers.get('location')).toContain('client_id=sluice');
  } finally {
    issuer.close();
    issuer.closeAllConnections();
  }
});

test('without one there is none', async () => {
  await start();
  expect((await sluice.fetch(new Request(`${SESSION}/oidc`))).status).toBe(404);
});

async function start(env: Record<string, string> = {}, over?: Storage): Promise<void> {
  const variables: Record<string, string> = {
    HOST: '0.0.0.0',
    SLUICE_PROVIDER_OPENAI_BASE_URL: upstream.url,
    ...env,
  };
  storage = over ?? createStorage(await openNodeSqlite(':memory:'));
  sluice = await createSluice(readConfig({ env: (name) => variables[name] }), { runtime: nodeRuntime(), storage });
}
