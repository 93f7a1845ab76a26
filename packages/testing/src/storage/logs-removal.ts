import type { LogBodies } from '@sluice/core';
import { expect, test } from 'vitest';
import { openLog, START, type TestLog } from './logs-world.ts';
import type { World } from './world.ts';

/** Deleting, counting, and logs that have an end. */
export function testLogRemoval(world: World): void {
  const remove = (log: TestLog, removal: Parameters<typeof world.here.logs.remove>[2] = {}) =>
    world.here.logs.remove(log.account, 'gateway', removal);

  test('what fulfils the filters goes with its bodies, and nothing else', async () => {
    const log = await openLog(world);
    const other = await openLog(world);
    await log.write({ a: { model: 'x' }, b: {}, c: { model: 'x' } }, BODIES);
    await other.write({ a: { model: 'x' } }, BODIES);
    const filters = [{ key: 'model', operator: 'eq', value: ['x'] }] as const;
    expect(await remove(log, { filters })).toEqual({ removed: 2, isDone: true });
    expect((await log.page()).names).toEqual(['b']);
    expect(await world.here.logs.body(log.id('a'), 'request')).toBeUndefined();
    expect(await world.here.logs.body(log.id('b'), 'request')).toEqual(BODIES.request);
    expect((await other.page()).names).toEqual(['a']);
    expect(await remove(log, { filters })).toEqual({ removed: 0, isDone: true });
  });

  test('a limit takes the first in the order that is asked for, newest first unless said', async () => {
    const log = await openLog(world);
    await log.write({ a: { durationMs: 5 }, b: { durationMs: 9 }, c: { durationMs: 1 }, d: { durationMs: 7 } });
    await remove(log, { limit: 1 });
    expect((await log.page()).names).toEqual(['c', 'b', 'a']);
    await remove(log, { limit: 1, direction: 'asc' });
    expect((await log.page()).names).toEqual(['c', 'b']);
    await remove(log, { limit: 1, orderBy: 'duration' });
    expect((await log.page()).names).toEqual(['c']);
  });

  test('without a word the whole log goes, however long, and a part of it when a limit is said', async () => {
    const log = await openLog(world);
    const rows = Array.from({ length: 1100 }, (_, number) => [`n${number}`, {}] as const);
    for (let start = 0; start < rows.length; start += 200) {
      const some = rows.slice(start, start + 200);
      await log.write(Object.fromEntries(some.map(([name], row) => [name, { createdAt: START + start + row }])));
    }
    expect(await remove(log, { limit: 500 })).toEqual({ removed: 500, isDone: true });
    expect(await log.page({ perPage: 1 })).toEqual({ names: ['n599'], total: 600 });
    expect(await remove(log, { limit: 450, orderBy: 'model' })).toEqual({ removed: 450, isDone: true });
    expect(await remove(log)).toEqual({ removed: 150, isDone: true });
    expect(await log.page()).toEqual({ names: [], total: 0 });
  });

  test('a log that deletes its oldest rows is cut to its length, with the bodies', async () => {
    const log = await openLog(world);
    await log.write({ a: {}, b: {}, c: {}, d: {}, e: {} }, BODIES);
    const retain = (max: number | null, strategy: 'DELETE_OLDEST' | 'STOP_INSERTING' | null, limits = {}) =>
      world.elsewhere.logs.retain(log.account, 'gateway', { max, strategy }, limits);
    expect(await retain(5, 'DELETE_OLDEST')).toBe(0);
    expect(await retain(null, 'DELETE_OLDEST')).toBe(0);
    expect(await retain(3, 'STOP_INSERTING')).toBe(0);
    expect(await retain(2, 'DELETE_OLDEST', { signal: AbortSignal.abort() })).toBe(0);
    expect(await retain(2, 'DELETE_OLDEST', { maxRows: 1 })).toBe(1);
    expect((await log.page()).names).toEqual(['e', 'd', 'c', 'b']);
    expect(await retain(2, null)).toBe(2);
    expect((await log.page()).names).toEqual(['e', 'd']);
    expect(await world.here.logs.body(log.id('c'), 'request')).toBeUndefined();
    expect(await world.here.logs.body(log.id('d'), 'request')).toEqual(BODIES.request);
  });

  test('two processes that cut one log at once cut it to its length, no further', async () => {
    const log = await openLog(world);
    await log.write(Object.fromEntries(Array.from({ length: 190 }, (_, number) => [`n${number}`, {}])));
    const policy = { max: 100, strategy: 'DELETE_OLDEST' } as const;
    const { here, elsewhere } = world;
    await Promise.all([here, elsewhere].map(({ logs }) => logs.retain(log.account, 'gateway', policy)));
    expect((await log.page()).total).toBe(100);
  });

  test('all gateways are cut as their settings say', async () => {
    const log = await openLog(world);
    const { here } = world;
    await here.settings.create({ account: log.account, id: 'gateway', logManagement: 1 });
    await log.write({ a: {}, b: {} });
    await here.logs.retainAll();
    expect((await log.page()).names).toEqual(['b']);
  });

  test('a full log that stops inserting takes what still fits, and goes on when there is room', async () => {
    const log = await openLog(world);
    const { here } = world;
    await here.settings.create({
      account: log.account,
      id: 'gateway',
      logManagement: 3,
      logManagementStrategy: 'STOP_INSERTING',
    });
    const refused = here.logs.refused();
    const at = (number: number) => ({ createdAt: START + number });
    await log.write({ a: at(1), b: at(2) });
    await log.write({ c: at(3), d: at(4) });
    await log.write({ e: at(5) });
    expect((await log.page()).names).toEqual(['c', 'b', 'a']);
    expect(here.logs.refused() - refused).toBe(2);
    await remove(log, { limit: 1, direction: 'asc' });
    world.time += 5000;
    await log.write({ f: at(6) });
    expect((await log.page()).names).toEqual(['f', 'c', 'b']);
  });
}

const BODIES: LogBodies = { request: new TextEncoder().encode('ask'), response: new TextEncoder().encode('say') };
