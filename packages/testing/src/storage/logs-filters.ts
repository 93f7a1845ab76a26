import type { LogRecord } from '@sluice/core';
import { filterProblem, LOG_OPERATORS, type LogFilter } from '@sluice/storage';
import { expect, test } from 'vitest';
import { openLog, START } from './logs-world.ts';
import type { World } from './world.ts';

type Value = LogFilter['value'][number];

/** Every key with every operator, on rows a, b and c, of which c lacks what a row may lack. */
export function testLogFilters(world: World): void {
  test.each(TEXTS)('the text "%s" is compared as a whole, by a part, and in order', async (key, column, mayLack) => {
    const log = await openLog(world);
    const third = mayLack ? null : 'm%_"ü';
    await log.write({ a: { [column]: 'Alpha/x' }, b: { [column]: 'beta' }, c: { [column]: third } });
    expect(await log.matching(key, 'eq', 'beta')).toEqual(['b']);
    expect(await log.matching(key, 'eq', 'beta', 'Alpha/x')).toEqual(['a', 'b']);
    expect(await log.matching(key, 'eq', 'Beta')).toEqual([]);
    expect(await log.matching(key, 'neq', 'beta')).toEqual(['a', 'c']);
    expect(await log.matching(key, 'neq', 'beta', 'Alpha/x')).toEqual(['c']);
    expect(await log.matching(key, 'contains', 'PHA/')).toEqual(['a']);
    expect(await log.matching(key, 'contains', 'PHA', 'et')).toEqual(['a', 'b']);
    expect(await log.matching(key, 'contains', '%_"ü')).toEqual(mayLack ? [] : ['c']);
    expect(await log.matching(key, 'lt', 'b')).toEqual(['a']);
    expect(await log.matching(key, 'lte', 'beta')).toEqual(['a', 'b']);
    expect(await log.matching(key, 'gt', 'Alpha/x')).toEqual(mayLack ? ['b'] : ['b', 'c']);
    expect(await log.matching(key, 'gte', 'beta')).toEqual(mayLack ? ['b'] : ['b', 'c']);
    expect(await log.matching(key, 'eq', null)).toEqual(mayLack ? ['c'] : []);
    expect(await log.matching(key, 'neq', null)).toEqual(mayLack ? ['a', 'b'] : ['a', 'b', 'c']);
  });

  test('the id is compared like any text', async () => {
    const log = await openLog(world);
    await log.write({ a: {}, b: {}, c: {} });
    expect(await log.matching('id', 'eq', log.id('b'), log.id('nobody'))).toEqual(['b']);
    expect(await log.matching('id', 'neq', log.id('b'))).toEqual(['a', 'c']);
    expect(await log.matching('id', 'contains', '-B')).toEqual(['b']);
    expect(await log.matching('id', 'lt', log.id('b'))).toEqual(['a']);
    expect(await log.matching('id', 'gt', log.id('b'))).toEqual(['c']);
  });

  test.each(FLAGS)('the flag "%s" is true or false, however that is written', async (key, column) => {
    const log = await openLog(world);
    await log.write({ a: { [column]: true }, b: { [column]: false } });
    for (const yes of [true, 'true', 1, '1']) expect(await log.matching(key, 'eq', yes)).toEqual(['a']);
    for (const no of [false, 'false', 0, '0']) expect(await log.matching(key, 'eq', no)).toEqual(['b']);
    expect(await log.matching(key, 'neq', true)).toEqual(['b']);
    expect(await log.matching(key, 'eq', true, false)).toEqual(['a', 'b']);
    expect(await log.matching(key, 'eq', null)).toEqual([]);
  });

  test.each(NUMBERS)('the number "%s" is compared by its size', async (key, column, mayLack) => {
    const log = await openLog(world);
    await log.write({ a: { [column]: 10 }, b: { [column]: 20 }, c: { [column]: mayLack ? null : 30 } });
    const c = mayLack ? [] : ['c'];
    for (const ten of [10, '10']) expect(await log.matching(key, 'eq', ten)).toEqual(['a']);
    expect(await log.matching(key, 'eq', 10, 20)).toEqual(['a', 'b']);
    expect(await log.matching(key, 'eq', 10.5)).toEqual([]);
    expect(await log.matching(key, 'neq', 10)).toEqual(['b', 'c']);
    expect(await log.matching(key, 'lt', 20)).toEqual(['a']);
    expect(await log.matching(key, 'lt', 20.5)).toEqual(['a', 'b']);
    expect(await log.matching(key, 'lte', 20)).toEqual(['a', 'b']);
    expect(await log.matching(key, 'gt', 10)).toEqual(['b', ...c]);
    expect(await log.matching(key, 'gt', 9.5)).toEqual(['a', 'b', ...c]);
    expect(await log.matching(key, 'gte', 20)).toEqual(['b', ...c]);
    expect(await log.matching(key, 'lt', 1e300)).toEqual(['a', 'b', ...c]);
    expect(await log.matching(key, 'gt', 1e300)).toEqual([]);
    expect(await log.matching(key, 'eq', 1e300)).toEqual([]);
    expect(await log.matching(key, 'eq', null)).toEqual(mayLack ? ['c'] : []);
    expect(await log.matching(key, 'neq', null)).toEqual(['a', 'b', ...c]);
  });

  test('"tokens" are both sides together, or the one that is known', async () => {
    const log = await openLog(world);
    await log.write({
      a: { tokensIn: 5, tokensOut: 6 },
      b: { tokensIn: 20, tokensOut: null },
      c: { tokensIn: null, tokensOut: null },
    });
    expect(await log.matching('tokens', 'eq', 11)).toEqual(['a']);
    expect(await log.matching('tokens', 'gt', 11)).toEqual(['b']);
    expect(await log.matching('tokens', 'lt', 20)).toEqual(['a']);
    expect(await log.matching('tokens', 'neq', 11)).toEqual(['b', 'c']);
    expect(await log.matching('tokens', 'eq', null)).toEqual(['c']);
  });

  test('"cost" is in dollars, to the nanodollar', async () => {
    const log = await openLog(world);
    await log.write({ a: { costNanos: 12_345 }, b: { costNanos: 300_000_000 }, c: { costNanos: null } });
    expect(await log.matching('cost', 'eq', 0.000012345)).toEqual(['a']);
    expect(await log.matching('cost', 'eq', '0.3')).toEqual(['b']);
    expect(await log.matching('cost', 'neq', 0.3)).toEqual(['a', 'c']);
    expect(await log.matching('cost', 'gt', 0.000012345)).toEqual(['b']);
    expect(await log.matching('cost', 'gte', 0.000012345)).toEqual(['a', 'b']);
    expect(await log.matching('cost', 'lt', 0.3)).toEqual(['a']);
    expect(await log.matching('cost', 'lte', 0.3)).toEqual(['a', 'b']);
    expect(await log.matching('cost', 'eq', null)).toEqual(['c']);
  });

  test('"created_at" takes a time, with a zone or in UTC, a day, or milliseconds', async () => {
    const log = await openLog(world);
    const at = (text: string) => ({ createdAt: Date.parse(text) });
    await log.write({ a: at('2026-10-01T08:00:00.000Z'), b: at('2026-10-01T08:00:00.001Z'), c: at('2026-10-02') });
    const second = '2026-10-01T08:00:00.001';
    for (const same of [`${second}Z`, second, second.replace('T', ' '), '2026-10-01T10:00:00.001+02:00']) {
      expect(await log.matching('created_at', 'eq', same)).toEqual(['b']);
    }
    expect(await log.matching('created_at', 'eq', Date.parse(`${second}Z`))).toEqual(['b']);
    expect(await log.matching('created_at', 'neq', second)).toEqual(['a', 'c']);
    expect(await log.matching('created_at', 'lt', second)).toEqual(['a']);
    expect(await log.matching('created_at', 'lte', second)).toEqual(['a', 'b']);
    expect(await log.matching('created_at', 'gt', second)).toEqual(['c']);
    expect(await log.matching('created_at', 'gte', '2026-10-02')).toEqual(['c']);
    expect(await log.matching('created_at', 'lt', second, '2026-10-02')).toEqual(['a', 'b']);
  });

  test('"feedback" of 0 is a thumb down too, as the published filter has it', async () => {
    const log = await openLog(world);
    await log.write({ a: { feedback: -1 }, b: { feedback: 0 }, c: { feedback: 1 }, d: { feedback: null } });
    expect(await log.matching('feedback', 'eq', 0)).toEqual(['a', 'b']);
    expect(await log.matching('feedback', 'eq', '1')).toEqual(['c']);
    expect(await log.matching('feedback', 'eq', -1)).toEqual(['a']);
    expect(await log.matching('feedback', 'neq', 0)).toEqual(['c', 'd']);
    expect(await log.matching('feedback', 'gt', 0)).toEqual(['c']);
    expect(await log.matching('feedback', 'lt', 0)).toEqual(['a']);
    expect(await log.matching('feedback', 'eq', null)).toEqual(['d']);
  });

  test('nothing is resold, and what is not recorded is null', async () => {
    const log = await openLog(world);
    await log.write({ a: {} });
    expect(await log.matching('wholesale', 'eq', false)).toEqual(['a']);
    expect(await log.matching('wholesale', 'eq', true)).toEqual([]);
    expect(await log.matching('compatibilityMode', 'eq', true, false)).toEqual([]);
    expect(await log.matching('compatibilityMode', 'eq', null)).toEqual(['a']);
    expect(await log.matching('dlp_action', 'neq', 'BLOCK')).toEqual(['a']);
    expect(await log.matching('dlp_action', 'contains', 'BLOCK')).toEqual([]);
  });

  test('"metadata.key" and "metadata.value" ask for any entry each', async () => {
    const log = await openLog(world);
    await log.write({
      a: { metadata: { team: 'search', seats: 3 } },
      b: { metadata: { user: 'search', Team: true, 'a"b': 0.5 } },
      c: {},
    });
    expect(await log.matching('metadata.key', 'eq', 'team')).toEqual(['a']);
    expect(await log.matching('metadata.key', 'eq', 'a"b', 'seats')).toEqual(['a', 'b']);
    expect(await log.matching('metadata.key', 'neq', 'team')).toEqual(['b', 'c']);
    expect(await log.matching('metadata.key', 'contains', 'EA')).toEqual(['a', 'b']);
    expect(await log.matching('metadata.value', 'eq', 'search')).toEqual(['a', 'b']);
    for (const three of [3, '3', '3.0']) expect(await log.matching('metadata.value', 'eq', three)).toEqual(['a']);
    for (const yes of [true, 'true']) expect(await log.matching('metadata.value', 'eq', yes)).toEqual(['b']);
    expect(await log.matching('metadata.value', 'eq', 0.5)).toEqual(['b']);
    expect(await log.matching('metadata.value', 'neq', 3)).toEqual(['b', 'c']);
    expect(await log.matching('metadata.value', 'contains', 'EARCH')).toEqual(['a', 'b']);
    expect(await log.matching('metadata.value', 'gt', 2)).toEqual(['a']);
    expect(await log.matching('metadata.value', 'lt', 2)).toEqual(['b']);
    const independent: LogFilter[] = [
      { key: 'metadata.key', operator: 'eq', value: ['seats'] },
      { key: 'metadata.value', operator: 'eq', value: ['search'] },
    ];
    expect((await log.page({ filters: independent })).names).toEqual(['a']);
  });

  test('"metadata.{name}" asks for what the entry of that name has', async () => {
    const log = await openLog(world);
    await log.write({
      a: { metadata: { team: 'Search', seats: 3 } },
      b: { metadata: { team: 'ads', seats: '12', user: 'Search' } },
      c: { metadata: { user: 'Search', 'x.y"z': 'q' } },
      d: {},
    });
    expect(await log.matching('metadata.team', 'eq', 'Search')).toEqual(['a']);
    expect(await log.matching('metadata.team', 'eq', 'Search', 'ads')).toEqual(['a', 'b']);
    expect(await log.matching('metadata.team', 'neq', 'Search')).toEqual(['b', 'c', 'd']);
    expect(await log.matching('metadata.team', 'contains', 'sea')).toEqual(['a']);
    expect(await log.matching('metadata.team', 'gt', 'a')).toEqual(['b']);
    expect(await log.matching('metadata.team', 'lt', 'a')).toEqual(['a']);
    expect(await log.matching('metadata.seats', 'eq', '3')).toEqual(['a']);
    expect(await log.matching('metadata.seats', 'gte', 3)).toEqual(['a']);
    expect(await log.matching('metadata.team', 'eq', null)).toEqual(['c', 'd']);
    expect(await log.matching('metadata.team', 'neq', null)).toEqual(['a', 'b']);
    expect(await log.matching('metadata.team', 'eq', 'ads', null)).toEqual(['b', 'c', 'd']);
    expect(await log.matching('metadata.x.y"z', 'eq', 'q')).toEqual(['c']);
  });

  test('metadata with signs that JSON of PostgreSQL refuses does not stop anybody from filtering', async () => {
    const log = await openLog(world);
    await log.write({
      a: { metadata: { '\0k': 'x\0y', half: 'x\uD800', back: '\\u0000' } },
      b: { metadata: { k: 'v' } },
    });
    expect(await log.matching('metadata.k', 'eq', 'v')).toEqual(['b']);
    expect(await log.matching('metadata.value', 'contains', 'x')).toEqual(['a']);
    expect(await log.matching('metadata.back', 'eq', '\\u0000')).toEqual(['a']);
  });

  test('several filters are fulfilled together, with the search too', async () => {
    const log = await openLog(world);
    await log.write({
      a: { model: 'm', success: false, statusCode: 500 },
      b: { model: 'm', success: true, statusCode: 200 },
      c: { model: 'n', success: false, statusCode: 429 },
      d: { model: 'm', success: false, statusCode: 429, path: 'v1/embeddings' },
    });
    const m: LogFilter = { key: 'model', operator: 'eq', value: ['m'] };
    const failed: LogFilter = { key: 'success', operator: 'eq', value: [false] };
    expect(await log.page({ filters: [m, failed] })).toEqual({ names: ['d', 'a'], total: 2 });
    expect((await log.page({ filters: [m, failed], search: 'EMBED' })).names).toEqual(['d']);
    const limited: LogFilter = { key: 'status_code', operator: 'eq', value: [429] };
    expect((await log.page({ filters: [limited] })).names).toEqual(['d', 'c']);
    expect((await log.page({ filters: [limited, m] })).names).toEqual(['d']);
    const young: LogFilter = { key: 'created_at', operator: 'gte', value: [START + 2] };
    expect((await log.page({ filters: [m, young] })).names).toEqual(['d']);
  });

  test('a search looks into ids, names, the path, what went wrong and metadata, and a whole id is that row', async () => {
    const log = await openLog(world);
    await log.write({
      a: { eventId: 'needle-1' },
      b: { model: 'x-Needle' },
      c: { provider: 'needle' },
      d: { path: 'v1/needle' },
      e: { errorMessage: 'a NEEDLE broke' },
      f: { metadata: { needle: 1 } },
      g: { metadata: { for: 'the needle' } },
      h: { userAgent: 'needle/1', eventId: `see ${log.id('a')}` },
    });
    const search = async (text: string) => (await log.page({ search: text, direction: 'asc' })).names;
    expect(await search('needle')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(await search('%')).toEqual([]);
    expect(await search('')).toHaveLength(8);
    expect(await search(log.id('h').slice(-4))).toContain('h');
    expect(await search(log.id('a'))).toEqual(['a']);
  });

  test('as many values as are let in at once are more than no database takes', async () => {
    const log = await openLog(world);
    await log.write({ a: {} });
    const ids = Array.from({ length: 75 }, (_, number) => log.id(`n${number}`));
    expect(await log.matching('id', 'eq', ...ids.slice(1), log.id('a'))).toEqual(['a']);
    const values = Array.from({ length: 36 }, (_, number) => number);
    expect(await log.matching('metadata.n', 'eq', ...values)).toEqual([]);
  });

  test('what makes no sense is known beforehand, with a sentence', () => {
    const problem = (key: string, operator: LogFilter['operator'], ...value: Value[]) =>
      filterProblem({ key, operator, value })?.message;
    expect(problem('nope', 'eq', 1)).toMatch(/^There is no filter key "nope"\. Choose one of: id, created_at, /);
    expect(problem('success', 'contains', 't')).toBe(
      `"success" is true or false and takes 'eq' | 'neq', not 'contains'.`,
    );
    expect(problem('model', 'eq')).toBe('The filter on "model" needs at least one value.');
    expect(problem('cost', 'gt', 'x')).toBe(`"cost" is compared with a number of US dollars, not 'x'.`);
    expect(problem('created_at', 'gt', 'soon')).toMatch(/^"created_at" is compared with a date or time like /);
    expect(problem('duration', 'lt', null)).toMatch(/'lt' can't be said of null\.$/);
    expect(problem('model', 'eq', 'x'.repeat(100))).toBeUndefined();
    expect(problem('cached', 'eq', 'sk-test-secret-of-somebody')).not.toContain('sk-test');
    for (const operator of LOG_OPERATORS) expect(problem('model', operator, 'x')).toBeUndefined();
  });
}

const TEXTS: [key: string, column: keyof LogRecord, mayLack: boolean][] = [
  ['request_content_type', 'requestContentType', false],
  ['response_content_type', 'responseContentType', false],
  ['request_type', 'requestType', false],
  ['provider', 'provider', false],
  ['model', 'model', false],
  ['model_type', 'modelType', false],
  ['event_id', 'eventId', false],
  ['user_agent', 'userAgent', true],
  ['path', 'path', false],
  ['error_code', 'errorCode', true],
  ['finish_reason', 'finishReason', true],
];

const FLAGS: [key: string, column: keyof LogRecord][] = [
  ['success', 'success'],
  ['cached', 'cached'],
  ['authentication', 'authenticated'],
  ['streamed', 'streamed'],
  ['partial', 'partial'],
  ['abandoned', 'abandoned'],
];

const NUMBERS: [key: string, column: keyof LogRecord, mayLack: boolean][] = [
  ['tokens_in', 'tokensIn', true],
  ['tokens_out', 'tokensOut', true],
  ['duration', 'durationMs', false],
  ['status_code', 'statusCode', false],
  ['step', 'step', false],
  ['latency', 'latencyMs', false],
  ['time_to_first_chunk', 'timeToFirstChunkMs', true],
  ['score', 'score', true],
];
