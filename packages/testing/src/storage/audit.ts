import type { NewAuditEntry } from '@sluice/storage';
import { expect, test } from 'vitest';
import type { World } from './world.ts';

/** Who changed what. */
export function testAudit(world: World): void {
  test('an entry comes back as it was written, newest first', async () => {
    const account = await world.account();
    const wanted = entry(account, { before: { id: 'prod', cache_ttl: 0 }, after: { id: 'prod', cache_ttl: 60 } });
    const first = await world.here.audit.record(wanted);
    expect(first).toEqual({ ...wanted, id: expect.any(String), createdAt: world.time });
    world.time++;
    const second = await world.here.audit.record(entry(account));
    expect(await world.elsewhere.audit.list(account, { page: 1, perPage: 5 })).toEqual({
      items: [second, first],
      total: 2,
    });
    const older = await world.here.audit.list(account, { page: 2, perPage: 1 });
    expect(older).toEqual({ items: [first], total: 2 });
    expect((await world.here.audit.list(account, { page: 3, perPage: 1 })).items).toEqual([]);
  });

  test('entries are found by who, what and when, in their account alone', async () => {
    const account = await world.account();
    const start = world.time;
    for (const change of CHANGES) {
      await world.here.audit.record(entry(account, change));
      world.time += 1000;
    }
    await world.here.audit.record(entry(await world.account()));
    const found = async (query: object) => {
      const { items, total } = await world.here.audit.list(account, { page: 1, perPage: 10, ...query });
      expect(items).toHaveLength(total);
      return items.map(({ resourceId }) => resourceId);
    };
    expect(await found({})).toEqual(['c', 'b', 'a']);
    expect(await found({ actorId: 'ann' })).toEqual(['c', 'a']);
    expect(await found({ action: 'token.created' })).toEqual(['c']);
    expect(await found({ resourceType: 'ai_gateway.gateway' })).toEqual(['b', 'a']);
    expect(await found({ resourceId: 'b' })).toEqual(['b']);
    expect(await found({ since: start + 1000 })).toEqual(['c', 'b']);
    expect(await found({ until: start + 1000 })).toEqual(['b', 'a']);
    expect(await found({ actorId: 'ann', until: start + 1000 })).toEqual(['a']);
    expect(await found({ actorId: "' OR ''='" })).toEqual([]);
  });
}

const CHANGES = [
  { resourceId: 'a' },
  { resourceId: 'b', actorId: 'bob' },
  { resourceId: 'c', action: 'token.created', resourceType: 'ai_gateway.token' },
];

function entry(account: string, change: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    account,
    actorId: 'ann',
    actorName: 'Ann',
    action: 'gateway.updated',
    resourceType: 'ai_gateway.gateway',
    resourceId: 'prod',
    before: null,
    after: null,
    ...change,
  };
}
