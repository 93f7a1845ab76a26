import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openWorld, type World } from '../test/open-world.ts';
import type { KeyPurge } from './cache.ts';

const purgeCache = vi.fn<KeyPurge>(async () => {});

let world: World;
beforeEach(async () => {
  purgeCache.mockClear();
  world = await openWorld({ purgeCache });
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const purge = (body: unknown, gateway = 'prod') => world.call('POST', `/gateways/${gateway}/cache/purge`, body);

test('everything is purged by its age, at once', async () => {
  await world.storage.settings.gateway('acme', 'prod');
  const { status, body } = await purge({ everything: true });
  expect(status).toBe(200);
  expect(body.result).toEqual({ purged: 'everything' });
  expect(await world.storage.settings.gateway('acme', 'prod')).toMatchObject({ cachePurgedAt: expect.any(Number) });
  expect(purgeCache).not.toHaveBeenCalled();
});

test('single answers are purged by their keys', async () => {
  const { status, body } = await purge({ keys: ['a', 'b'] });
  expect(status).toBe(200);
  expect(body.result).toEqual({ purged: ['a', 'b'] });
  expect(purgeCache).toHaveBeenCalledExactlyOnceWith('acme', 'prod', ['a', 'b']);
  expect(await world.storage.settings.gateway('acme', 'prod')).toMatchObject({ cachePurgedAt: null });
});

test('while the store of cached answers is away the answer says so, and what works without it', async () => {
  purgeCache.mockRejectedValueOnce(new Error('Redis is away.'));
  const { status, body } = await purge({ keys: ['a'] });
  expect(status).toBe(503);
  expect(body.errors).toEqual([{ code: 10001, message: expect.stringContaining('{ "everything": true }') }]);
});

test('a server without a cache that knows keys says what to send instead', async () => {
  await world.storage.close();
  world = await openWorld();
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  const { status, body } = await purge({ keys: ['a'] });
  expect(status).toBe(400);
  expect(body.errors).toEqual([
    { code: 7001, message: expect.stringContaining('{ "everything": true }'), path: ['body', 'keys'] },
  ]);
});

test.each([
  [{}, ['body']],
  [{ everything: true, keys: ['a'] }, ['body']],
  [{ everything: false }, ['body', 'everything']],
  [{ keys: [] }, ['body', 'keys']],
  [{ keys: [''] }, ['body', 'keys', '0']],
  [{ keys: Array.from({ length: 101 }, String) }, ['body', 'keys']],
  [{ key: 'a' }, ['body', 'key']],
])('%j purges nothing', async (body, path) => {
  const answer = await purge(body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors.map((error) => error.path)).toContainEqual(path);
  expect(purgeCache).not.toHaveBeenCalled();
  expect(await world.storage.settings.gateway('acme', 'prod')).toMatchObject({ cachePurgedAt: null });
});

test('a gateway that is not there is 7002', async () => {
  expect(await purge({ everything: true }, 'lost')).toMatchObject({ status: 404, body: { errors: [{ code: 7002 }] } });
});
