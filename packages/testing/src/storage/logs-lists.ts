import type { LogRecord } from '@sluice/core';
import { LOG_ORDER_KEYS } from '@sluice/storage';
import { expect, test } from 'vitest';
import { openLog, START, type TestLog } from './logs-world.ts';
import type { World } from './world.ts';

/** Orders, pages, counts, extents and what people say of a row later. */
export function testLogLists(world: World): void {
  test.each(ORDERS)(
    'in order by "%s" rows that are equal are in order of time, and unknown values last',
    async (key, column, values) => {
      const log = await openLog(world);
      const [low, high, unknown] = values;
      await log.write({
        high1: { [column]: high },
        low1: { [column]: low },
        none: { [column]: unknown },
        low2: { [column]: low },
        high2: { [column]: high },
      });
      const ends = unknown === null ? ['none'] : [];
      const without = (names: string[]) => (unknown === null ? names : names.filter((name) => name !== 'none'));
      const order = async (direction: 'asc' | 'desc') => without((await log.page({ orderBy: key, direction })).names);
      expect(await order('asc')).toEqual(['low1', 'low2', 'high1', 'high2', ...ends]);
      expect(await order('desc')).toEqual(['high2', 'high1', 'low2', 'low1', ...ends]);
    },
  );

  test('every order gives each row once over its pages, and an empty page at the end', async () => {
    const log = await openLog(world);
    await fill(log, 23);
    for (const orderBy of LOG_ORDER_KEYS) {
      const seen: string[] = [];
      for (let page = 1; ; page++) {
        const { names, total } = await log.page({ orderBy, page, perPage: 5 });
        expect(total).toBe(23);
        if (names.length === 0) break;
        seen.push(...names);
      }
      expect(new Set(seen).size).toBe(23);
      expect(seen).toHaveLength(23);
    }
  });

  test('pages of a filtered log have only what is wanted, and say how much that is', async () => {
    const log = await openLog(world);
    await fill(log, 23);
    const odd = { filters: [{ key: 'provider', operator: 'eq', value: ['p1'] }] } as const;
    const first = await log.page({ ...odd, perPage: 5 });
    expect(first).toEqual({ names: ['r21', 'r19', 'r17', 'r15', 'r13'], total: 11 });
    expect(await log.page({ ...odd, perPage: 5, page: 3 })).toEqual({ names: ['r1'], total: 11 });
    expect(await log.page({ ...odd, perPage: 5, page: 4 })).toEqual({ names: [], total: 11 });
    expect(await log.page({ ...odd, perPage: 5, page: 99 })).toEqual({ names: [], total: 11 });
    expect((await log.page({ ...odd, perPage: 3, direction: 'asc' })).names).toEqual(['r1', 'r3', 'r5']);
  });

  test('a page so far behind that it can only be ranked is refused with a sentence', async () => {
    const log = await openLog(world);
    await log.write({ a: {} });
    await expect(log.page({ orderBy: 'cost', page: 201, perPage: 50 })).rejects.toMatchObject({
      code: 'too_many_rows',
      message: expect.stringContaining('only the first 10000 rows'),
    });
    expect((await log.page({ orderBy: 'created_at', page: 1e9, perPage: 50 })).names).toEqual([]);
  });

  test('the extent is that of all rows that are wanted, not of the page', async () => {
    const log = await openLog(world);
    await log.write({
      a: { costNanos: 5, durationMs: 10, tokensIn: 1, tokensOut: 7 },
      b: { costNanos: 9, durationMs: 30, tokensIn: 4, tokensOut: null },
      c: { costNanos: null, durationMs: 20, model: 'other' },
    });
    const none = { min: null, max: null };
    expect(await log.page({ perPage: 1, extent: true })).toMatchObject({
      extent: {
        costNanos: { min: 5, max: 9 },
        durationMs: { min: 10, max: 30 },
        tokensIn: { min: 1, max: 4 },
        tokensOut: { min: 7, max: 7 },
        totalTokens: { min: 4, max: 8 },
      },
    });
    const filters = [{ key: 'model', operator: 'eq', value: ['other'] }] as const;
    expect(await log.page({ filters, extent: true })).toMatchObject({
      extent: { costNanos: none, durationMs: { min: 20, max: 20 }, tokensIn: none, totalTokens: none },
    });
    expect(await log.page({})).not.toHaveProperty('extent');
  });

  test('what people say of a row is kept, changed one by one, and taken away by null', async () => {
    const log = await openLog(world);
    await log.write({ a: { metadata: { team: 'x' } } });
    const { here, elsewhere } = world;
    const edit = (change: object, id = log.id('a')) => here.logs.edit(log.account, 'gateway', id, change);
    const read = () => elsewhere.logs.get(log.account, 'gateway', log.id('a'));
    expect(await edit({ feedback: -1, score: 87.5 })).toBe(true);
    expect(await read()).toMatchObject({ feedback: -1, score: 87.5, metadata: { team: 'x' } });
    await edit({ metadata: { user: 'ünï', n: 1, ok: false }, score: null });
    expect(await read()).toMatchObject({ feedback: -1, score: null, metadata: { user: 'ünï', n: 1, ok: false } });
    await edit({ metadata: null, feedback: null });
    expect(await read()).toMatchObject({ feedback: null, score: null, metadata: null });
    expect(await edit({})).toBe(true);
    expect(await edit({ feedback: 1 }, 'nobody')).toBe(false);
    expect(await here.logs.edit(log.account, 'other', log.id('a'), { feedback: 1 })).toBe(false);
    expect(await here.logs.edit('nobody', 'gateway', log.id('a'), { feedback: 1 })).toBe(false);
    expect(await read()).toMatchObject({ feedback: null });
  });
}

/** Rows r0, r1, ... in turns of two providers, three models and four durations. */
async function fill(log: TestLog, count: number): Promise<void> {
  const rows: [string, Partial<LogRecord>][] = Array.from({ length: count }, (_, number) => [
    `r${number}`,
    {
      createdAt: START + number,
      provider: `p${number % 2}`,
      model: `m${number % 3}`,
      durationMs: number % 4,
      costNanos: number % 5 === 0 ? null : number % 5,
      success: number % 2 === 0,
    },
  ]);
  await log.write(Object.fromEntries(rows));
}

const ORDERS: [key: (typeof LOG_ORDER_KEYS)[number], column: keyof LogRecord, values: unknown[]][] = [
  ['provider', 'provider', ['a', 'b', 'b']],
  ['model', 'model', ['a', 'b', 'b']],
  ['model_type', 'modelType', ['chat', 'embeddings', 'chat']],
  ['success', 'success', [false, true, true]],
  ['cached', 'cached', [false, true, true]],
  ['cost', 'costNanos', [1, 2, null]],
  ['tokens_in', 'tokensIn', [1, 10, null]],
  ['tokens_out', 'tokensOut', [9, 10, null]],
  ['duration', 'durationMs', [9, 10, 10]],
  ['feedback', 'feedback', [-1, 1, null]],
];
