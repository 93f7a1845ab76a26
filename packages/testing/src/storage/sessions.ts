import type { NewSession } from '@sluice/storage';
import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** Whoever signed in with a browser. */
export function testSessions(world: World): void {
  test('a session says who it is, in every process, until its time is up', async () => {
    const wanted = person(await world.account());
    const { secret, ...session } = await world.here.sessions.create(wanted);
    const { lifetimeMs: _, ...who } = wanted;
    expect(session).toEqual({ ...who, createdAt: world.time, expiresAt: world.time + HOUR });
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await world.elsewhere.sessions.verify(secret)).toEqual(session);
    world.time += HOUR - 1;
    expect(await world.here.sessions.verify(secret)).toEqual(session);
    world.time += 1;
    expect(await world.here.sessions.verify(secret)).toBeUndefined();
  });

  test('a secret nobody was given is nobody', async () => {
    const { secret } = await world.here.sessions.create(person(await world.account()));
    for (const wrong of ['', `${secret}x`, secret.slice(1), 'x'.repeat(100_000)]) {
      expect(await world.here.sessions.verify(wrong)).toBeUndefined();
    }
  });

  test('an account nobody created has no sessions', async () => {
    await expect(world.here.sessions.create(person('nowhere'))).rejects.toMatchObject({ code: 'unknown_account' });
  });

  test('who signs out is out everywhere at once, and nobody else is', async () => {
    const wanted = person(await world.account());
    const first = await world.here.sessions.create(wanted);
    const second = await world.here.sessions.create(wanted);
    expect(await world.here.sessions.end(first.secret)).toBe(true);
    expect(await world.here.sessions.end(first.secret)).toBe(false);
    expect(await world.elsewhere.sessions.verify(first.secret)).toBeUndefined();
    expect(await world.elsewhere.sessions.verify(second.secret)).toBeDefined();
  });

  test.each(['revoke', 'rotate', 'update'] as const)('a session ends with its token: %s', async (change) => {
    const account = await world.account();
    const { tokens, sessions } = world.here;
    await tokens.create({ account, name: 'another owner' });
    const { id } = await tokens.create({ account, name: 'laptop', role: 'editor' });
    const signedIn = { ...person(account), role: 'editor' as const, subject: id, tokenId: id };
    const { secret } = await sessions.create(signedIn);
    expect(await sessions.verify(secret)).toMatchObject({ tokenId: id });
    if (change === 'update') await tokens.update(account, id, { role: 'viewer' });
    else await tokens[change](account, id);
    for (const process of [world.here, world.elsewhere]) {
      expect(await process.sessions.verify(secret)).toBeUndefined();
    }
  });

  test('a person has the role that was said last, or none', async () => {
    const account = await world.account();
    const { sessions } = world.here;
    const { secret } = await sessions.create(person(account));
    const other = await sessions.create({ ...person(account), subject: 'bob' });
    await sessions.setRole(account, 'ann', 'editor');
    expect(await world.elsewhere.sessions.verify(secret)).toMatchObject({ role: 'editor' });
    expect(await sessions.verify(other.secret)).toMatchObject({ role: 'viewer' });
    await sessions.setRole(await world.account(), 'ann', null);
    expect(await sessions.verify(secret)).toBeDefined();
    await sessions.setRole(account, 'ann', null);
    expect(await sessions.verify(secret)).toBeUndefined();
    expect(await sessions.verify(other.secret)).toBeDefined();
  });
}

const HOUR = 3_600_000;

function person(account: string): NewSession {
  return { account, role: 'viewer', subject: 'ann', name: 'Ann', tokenId: null, lifetimeMs: HOUR };
}
