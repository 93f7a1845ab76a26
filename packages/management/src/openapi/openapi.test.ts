import { afterEach, beforeEach, expect, test } from 'vitest';
import { assertDescribed } from '../../test/assert-described.ts';
import { gatewayBody, openWorld, type World } from '../../test/open-world.ts';
import { ROUTES } from '../../test/routes.ts';
import { describedRoutes } from './described-routes.ts';
import type { Document } from './document.ts';

const BASE = '/client/v4';
const ACCOUNT = '/accounts/{account}/ai-gateway';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.storage.close());

const read = async (): Promise<Document> => (await world.app.request(`${BASE}/openapi.json`)).json();

test('every route has a description', () => {
  const mute = describedRoutes(world.app.routes).filter(({ description }) => description === undefined);
  expect(mute.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('the document has every route, with the role that it takes', async () => {
  const { paths } = await read();
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation['x-role']]),
  );
  const known = Object.entries(ROUTES).map(([route, access]) => [
    route.replace('{acct}', ACCOUNT).replaceAll(/:(\w+)/g, '{$1}'),
    access,
  ]);
  expect(Object.fromEntries(described)).toEqual(Object.fromEntries(known));
});

test('parameters and bodies are those that requests are checked with', async () => {
  const { paths } = await read();
  const { get, post } = paths[`${ACCOUNT}/gateways`] ?? {};
  expect(get?.parameters).toContainEqual({
    name: 'per_page',
    in: 'query',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  });
  expect(post?.requestBody).toMatchObject({
    required: true,
    content: {
      'application/json': {
        schema: { required: Object.keys(gatewayBody('prod')), properties: { id: { maxLength: 64 } } },
      },
    },
  });
  const filters = paths[`${ACCOUNT}/gateways/{gateway}/logs`]?.get?.parameters?.find(({ name }) => name === 'filters');
  expect(filters).toMatchObject({ content: { 'application/json': { schema: { type: 'array' } } } });
});

test('answers are named schemas in the envelope, and refusals are the one of failures', async () => {
  const { paths, components } = await read();
  const { responses } = paths[`${ACCOUNT}/gateways/{gateway}`]?.get ?? {};
  const gateway = { properties: { result: { $ref: '#/components/schemas/Gateway' } } };
  expect(responses?.[200]?.content).toMatchObject({ 'application/json': { schema: gateway } });
  const failure = { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } };
  for (const status of ['400', '401', '403', '404', '5XX']) expect(responses?.[status]?.content).toEqual(failure);
  expect(components.schemas).toMatchObject({ Gateway: { additionalProperties: false }, Failure: { type: 'object' } });
});

test('every reference leads somewhere, and every operation has a name of its own', async () => {
  const document = await read();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(references.length).toBeGreaterThan(0);
  for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name);
  const names = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('the document is the same each time', async () => {
  const first = await read();
  const other = await openWorld();
  expect(await (await other.app.request(`${BASE}/openapi.json`)).json()).toEqual(first);
  await other.storage.close();
});

test('its server is where clients reach this one', async () => {
  expect((await read()).servers).toEqual([{ url: 'http://localhost/client/v4' }]);
  await world.storage.close();
  world = await openWorld({ publicUrl: 'https://ai.example.com' });
  expect((await read()).servers).toEqual([{ url: 'https://ai.example.com/client/v4' }]);
});

test('the reference page shows every operation, runs no script and asks nobody else for anything', async () => {
  const page = await world.app.request(`${BASE}/docs`);
  expect(page.headers.get('content-type')).toContain('text/html');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  const text = await page.text();
  const nonce = /style-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
  expect(text).toContain(`<style nonce="${nonce}">`);
  expect(text).not.toMatch(/<script|<img|<link|\ssrc=|\sstyle=|\son\w+=/);
  for (const operations of Object.values((await read()).paths)) {
    for (const { operationId } of Object.values(operations)) expect(text).toContain(`id="${operationId}"`);
  }
  for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${target}"`);
});

test('an answer that is not as it is described fails the tests', async () => {
  const request = new Request(`http://localhost${BASE}/session/methods`);
  const answer = { success: true, errors: [], messages: [], result: { token: 'yes', oidc: false } };
  await expect(assertDescribed(world.app.routes, request, Response.json(answer))).rejects.toThrow(
    '"expected": "boolean"',
  );
  const unheard = Response.json({ success: false, errors: [], messages: [], result: {} }, { status: 418 });
  await expect(assertDescribed(world.app.routes, request, unheard)).rejects.toThrow('418');
});
