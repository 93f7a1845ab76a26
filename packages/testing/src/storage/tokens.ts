import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** Tokens of people and programs. */
export function testTokens(world: World): void {
  test('a created token speaks for its account, in every process', async () => {
    const account = await world.account();
    const before = await world.here.tokens.count();
    const created = await world.here.tokens.create({ account, name: 'ci' });
    expect(created.token).toMatch(/^sluice_[A-Za-z0-9_-]{43}$/);
    const holder = { id: created.id, account, name: 'ci', kind: 'management', role: 'owner', gateway: null };
    expect(await world.here.tokens.verify(created.token)).toEqual(holder);
    expect(await world.elsewhere.tokens.verify(created.token)).toMatchObject({ account });
    expect(await world.here.tokens.count()).toBe(before + 1);
  });

  test('no two tokens are alike', async () => {
    const account = await world.account();
    const first = await world.here.tokens.create({ account, name: 'one' });
    const second = await world.here.tokens.create({ account, name: 'one' });
    expect(first.token).not.toBe(second.token);
  });

  test('a token nobody created speaks for nobody', async () => {
    const account = await world.account();
    const { token } = await world.here.tokens.create({ account, name: 'ci' });
    expect(await world.here.tokens.verify(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined();
    expect(await world.here.tokens.verify('')).toBeUndefined();
    expect(await world.here.tokens.verify('x'.repeat(100_000))).toBeUndefined();
  });

  test('a known token is verified from memory, without a promise', async () => {
    const account = await world.account();
    const { token } = await world.here.tokens.create({ account, name: 'hot' });
    await world.here.tokens.verify(token);
    expect(world.here.tokens.verify(token)).toMatchObject({ account });
  });

  test('a given token is registered once, however often it is given', async () => {
    const account = await world.account();
    const other = await world.account();
    const token = `given-token-of-${account}`;
    const first = await world.here.tokens.create({ account, name: 'env', token });
    const again = await world.elsewhere.tokens.create({ account, name: 'env', token });
    expect(again).toEqual(first);
    expect(await world.here.tokens.verify(token)).toMatchObject({ account });
    const stolen = world.here.tokens.create({ account: other, name: 'env', token });
    await expect(stolen).rejects.toMatchObject({ code: 'already_exists' });
  });

  test('a token that is easily guessed is refused, without being repeated', async () => {
    const account = await world.account();
    const weak = world.here.tokens.create({ account, name: 'weak', token: 'sk-test-1' });
    await expect(weak).rejects.toMatchObject({
      code: 'invalid_token',
      message: expect.not.stringContaining('sk-test'),
    });
  });

  test('a token for calls says so, and for which gateway', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'prod' });
    const wide = await world.here.tokens.create({ account, name: 'wide', kind: 'gateway' });
    const narrow = await world.here.tokens.create({ account, name: 'narrow', kind: 'gateway', gateway: 'prod' });
    expect(await world.elsewhere.tokens.verify(wide.token)).toMatchObject({ kind: 'gateway', gateway: null });
    expect(await world.elsewhere.tokens.verify(narrow.token)).toMatchObject({ kind: 'gateway', gateway: 'prod' });
  });

  test('only management tokens count', async () => {
    const account = await world.account();
    const before = await world.here.tokens.count();
    await world.here.tokens.create({ account, name: 'calls', kind: 'gateway' });
    expect(await world.here.tokens.count()).toBe(before);
  });

  test('a token is for one gateway only when that is there and the token is for calls', async () => {
    const account = await world.account();
    const lost = world.here.tokens.create({ account, name: 'lost', kind: 'gateway', gateway: 'lost' });
    await expect(lost).rejects.toMatchObject({ code: 'unknown_gateway', message: expect.stringContaining('"lost"') });
    await world.here.settings.create({ account, id: 'prod' });
    const mixed = world.here.tokens.create({ account, name: 'mixed', gateway: 'prod' });
    await expect(mixed).rejects.toMatchObject({ code: 'invalid_token' });
    expect((await world.here.tokens.list(account, { page: 1, perPage: 5 })).total).toBe(0);
  });

  test('a given token does not change its kind in passing', async () => {
    const account = await world.account();
    const token = `given-token-of-${account}`;
    await world.here.tokens.create({ account, name: 'env', token, kind: 'gateway' });
    const wider = world.here.tokens.create({ account, name: 'env', token });
    await expect(wider).rejects.toMatchObject({ code: 'already_exists' });
    expect(await world.here.tokens.verify(token)).toMatchObject({ kind: 'gateway' });
  });

  test('a replacement is a management token, and leaves tokens for calls of the same name alone', async () => {
    const account = await world.account();
    const { tokens } = world.here;
    const calls = await tokens.create({ account, name: 'env', kind: 'gateway' });
    const token = `given-token-of-${account}`;
    await tokens.create({ account, name: 'before', token, kind: 'gateway' });
    await tokens.replace({ account, name: 'env', token });
    expect(await tokens.verify(token)).toMatchObject({ name: 'env', kind: 'management' });
    expect(await tokens.verify(calls.token)).toMatchObject({ kind: 'gateway' });
  });

  test('a list has the oldest first, keeps to its account and holds nothing of the secrets', async () => {
    const account = await world.account();
    await world.here.tokens.create({ account: await world.account(), name: 'not mine' });
    for (const name of ['a', 'b', 'c']) {
      world.time++;
      await world.here.tokens.create({ account, name });
    }
    const first = await world.here.tokens.list(account, { page: 1, perPage: 2 });
    const holder = { id: expect.any(String), account, kind: 'management', role: 'owner', gateway: null };
    expect(first).toEqual({
      items: [
        { ...holder, name: 'a', createdAt: world.time - 2 },
        { ...holder, name: 'b', createdAt: world.time - 1 },
      ],
      total: 3,
    });
    expect((await world.here.tokens.list(account, { page: 3, perPage: 2 })).items).toEqual([]);
  });

  test('a revoked token speaks for nobody: at once here, within two seconds elsewhere', async () => {
    const account = await world.account();
    const { token, ...record } = await world.here.tokens.create({ account, name: 'ci', role: 'editor' });
    const { id } = record;
    for (const { tokens } of [world.here, world.elsewhere]) expect(await tokens.verify(token)).toBeDefined();
    expect(await world.here.tokens.revoke(await world.account(), id)).toBeUndefined();
    expect(await world.here.tokens.revoke(account, id)).toEqual(record);
    expect(await world.here.tokens.verify(token)).toBeUndefined();
    world.time += 2000;
    expect(await world.elsewhere.tokens.verify(token)).toBeUndefined();
    expect(await world.here.tokens.revoke(account, id)).toBeUndefined();
  });

  test('a management token has a role, everything unless told otherwise, and a token for calls has none', async () => {
    const account = await world.account();
    const { tokens } = world.here;
    const viewer = await tokens.create({ account, name: 'viewer', role: 'viewer' });
    expect(await world.elsewhere.tokens.verify(viewer.token)).toMatchObject({ role: 'viewer' });
    expect(await tokens.create({ account, name: 'owner' })).toMatchObject({ role: 'owner' });
    expect(await tokens.create({ account, name: 'calls', kind: 'gateway' })).toMatchObject({ role: null });
    const mixed = tokens.create({ account, name: 'mixed', kind: 'gateway', role: 'viewer' });
    await expect(mixed).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await tokens.get(account, viewer.id)).toMatchObject({ id: viewer.id, name: 'viewer', role: 'viewer' });
    expect(await tokens.get(await world.account(), viewer.id)).toBeUndefined();
  });

  test('a token that gets another name or role has it at once here, within two seconds elsewhere', async () => {
    const account = await world.account();
    const { token, id } = await world.here.tokens.create({ account, name: 'ci', role: 'editor' });
    for (const { tokens } of [world.here, world.elsewhere]) expect(await tokens.verify(token)).toBeDefined();
    expect(await world.here.tokens.update(account, id, { role: 'viewer' })).toMatchObject({
      name: 'ci',
      role: 'viewer',
    });
    expect(await world.here.tokens.update(account, id, { name: 'cd' })).toMatchObject({ name: 'cd', role: 'viewer' });
    expect(await world.here.tokens.verify(token)).toMatchObject({ name: 'cd', role: 'viewer' });
    world.time += 2001;
    expect(await world.elsewhere.tokens.verify(token)).toMatchObject({ name: 'cd', role: 'viewer' });
    expect(await world.here.tokens.update(await world.account(), id, { role: 'owner' })).toBeUndefined();
    const calls = await world.here.tokens.create({ account, name: 'calls', kind: 'gateway' });
    const raised = world.here.tokens.update(account, calls.id, { role: 'viewer' });
    await expect(raised).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await world.here.tokens.update(account, calls.id, { name: 'shop' })).toMatchObject({ name: 'shop' });
  });

  test('a rotated token has another secret, and the old one speaks for nobody', async () => {
    const account = await world.account();
    const { tokens } = world.here;
    const { token, ...record } = await tokens.create({ account, name: 'ci' });
    for (const process of [world.here, world.elsewhere]) expect(await process.tokens.verify(token)).toBeDefined();
    const rotated = await tokens.rotate(account, record.id);
    expect(rotated).toEqual({ ...record, token: expect.stringMatching(/^sluice_[\w-]{43}$/) });
    expect(await tokens.verify(token)).toBeUndefined();
    expect(await tokens.verify(rotated?.token ?? '')).toMatchObject({ id: record.id });
    world.time += 2001;
    expect(await world.elsewhere.tokens.verify(token)).toBeUndefined();
    expect(await tokens.rotate(await world.account(), record.id)).toBeUndefined();
  });

  test('the last owner of an account stays one', async () => {
    const account = await world.account();
    const { tokens } = world.here;
    await tokens.create({ account: await world.account(), name: 'owner of another' });
    await tokens.create({ account, name: 'editor', role: 'editor' });
    const last = await tokens.create({ account, name: 'owner' });
    await expect(tokens.revoke(account, last.id)).rejects.toMatchObject({ code: 'last_owner' });
    await expect(tokens.update(account, last.id, { role: 'editor' })).rejects.toMatchObject({ code: 'last_owner' });
    expect(await tokens.update(account, last.id, { name: 'boss', role: 'owner' })).toMatchObject({ name: 'boss' });
    const second = await tokens.create({ account, name: 'second' });
    expect(await tokens.update(account, last.id, { role: 'editor' })).toMatchObject({ role: 'editor' });
    await expect(tokens.revoke(account, second.id)).rejects.toMatchObject({ code: 'last_owner' });
    expect(await tokens.revoke(account, last.id)).toMatchObject({ name: 'boss' });
  });

  test('of two owners who revoke each other at once one is left', async () => {
    // One round is seldom close enough to tell.
    for (let round = 0; round < 20; round++) {
      const account = await world.account();
      const [first, second] = await Promise.all([
        world.here.tokens.create({ account, name: 'a' }),
        world.elsewhere.tokens.create({ account, name: 'b' }),
      ]);
      const revoked = await Promise.allSettled([
        world.here.tokens.revoke(account, first.id),
        world.elsewhere.tokens.revoke(account, second.id),
      ]);
      expect(revoked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await world.here.tokens.list(account, { page: 1, perPage: 5 })).total).toBe(1);
    }
  });
}
