import type { MaybePromise } from '@sluice/core';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SqlDatabase } from './database.ts';
import { drizzleOver } from './drizzle.ts';
import { FreshCache } from './fresh-cache.ts';
import { createStorage } from './storage.ts';
import { createTokens, type TokenHolder } from './tokens.ts';
import { createCallRead } from './unavailable.ts';

let database: SqlDatabase;

beforeEach(async () => {
  database = await openNodeSqlite(':memory:');
  const storage = createStorage(database);
  await storage.migrate();
  await storage.accounts.ensure('acme');
});
afterEach(() => database.close());

test('neither a token nor a vendor key that was tried as one is a key of the memory', async () => {
  const memory = new WatchedMemory();
  const read = createCallRead(Date.now);
  const tokens = createTokens({ database, db: drizzleOver(database), memory, read, now: Date.now });
  const { token } = await tokens.create({ account: 'acme', name: 'ci' });
  expect(await tokens.verify(token)).toMatchObject({ account: 'acme' });
  expect(await tokens.verify('sk-test-of-a-vendor')).toBeUndefined();
  expect(memory.keys).toEqual([
    expect.stringMatching(/^[\da-f]{64}$/),
    '02213935099cf9df0951394fc9a6de370027788ed6c8e08cb80cbfe303098f32',
  ]);
});

test('a token that is replaced stops working at once', async () => {
  const { tokens } = createStorage(database);
  const name = 'SLUICE_ADMIN_TOKEN';
  await tokens.replace({ account: 'acme', name, token: 'token-test-the-older' });
  const { token: other } = await tokens.create({ account: 'acme', name: 'ci' });
  expect(await tokens.verify('token-test-the-older')).toMatchObject({ name });
  await tokens.replace({ account: 'acme', name, token: 'token-test-the-newer' });
  expect(await tokens.verify('token-test-the-older')).toBeUndefined();
  expect(await tokens.verify('token-test-the-newer')).toMatchObject({ account: 'acme', name });
  expect(await tokens.verify(other)).toMatchObject({ name: 'ci' });
});

test('a token that had another name is replaced like the others', async () => {
  const { tokens } = createStorage(database);
  const first = await tokens.create({ account: 'acme', name: 'made at the first start' });
  const renamed = await tokens.replace({ account: 'acme', name: 'env', token: first.token });
  expect(renamed).toEqual({ ...first, name: 'env' });
  await tokens.replace({ account: 'acme', name: 'env', token: 'token-test-the-newer' });
  expect(await tokens.verify(first.token)).toBeUndefined();
});

test('a token of another account replaces nothing', async () => {
  const { accounts, tokens } = createStorage(database);
  await accounts.ensure('other');
  await tokens.replace({ account: 'other', name: 'env', token: 'token-test-of-other' });
  await tokens.replace({ account: 'acme', name: 'env', token: 'token-test-of-acme' });
  const stolen = tokens.replace({ account: 'acme', name: 'env', token: 'token-test-of-other' });
  await expect(stolen).rejects.toMatchObject({ code: 'already_exists' });
  expect(await tokens.verify('token-test-of-other')).toMatchObject({ account: 'other' });
  expect(await tokens.verify('token-test-of-acme')).toMatchObject({ account: 'acme' });
});

class WatchedMemory extends FreshCache<TokenHolder> {
  readonly keys: string[] = [];

  constructor() {
    super({ freshMs: 1000, graceMs: 1000, missMs: 500, patienceMs: 500, capacity: 10, now: () => 0 });
  }

  override get(key: string, load: () => Promise<TokenHolder | undefined>): MaybePromise<TokenHolder | undefined> {
    this.keys.push(key);
    return super.get(key, load);
  }
}
