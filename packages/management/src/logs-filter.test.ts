import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, type World } from '../test/open-world.ts';

let world: World;
let client: Cloudflare;

beforeEach(async () => {
  world = await openWorld();
  client = clientOf(world);
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
  await world.log({ id: 'a', createdAt: 1000, model: 'x', metadata: { team: 'ads' }, costNanos: 1_000_000 });
  await world.log({ id: 'b', createdAt: 2000, model: 'y', success: false, statusCode: 429, costNanos: null });
  await world.log({
    id: 'c',
    createdAt: 3000,
    model: 'x',
    success: false,
    statusCode: 500,
    durationMs: 5,
    feedback: -1,
  });
  await world.log({
    id: 'd',
    createdAt: 4000,
    model: 'z',
    provider: 'anthropic',
    cached: true,
    modelType: 'embeddings',
  });
});
afterEach(() => world.storage.close());

const account_id = 'acme';
const list = async (query: string) => (await world.call('GET', `/gateways/prod/logs?${query}`)).body;
const idsFor = async (query: string) => idsOf(await list(query));
const json = (...filters: object[]) => `filters=${encodeURIComponent(JSON.stringify(filters))}`;
const eq = (key: string, ...value: unknown[]) => ({ key, operator: 'eq', value });

describe('filters', () => {
  test.each([
    ['JSON', json(eq('model', 'x'), eq('success', false))],
    ['JSON of one filter', `${json(eq('model', 'x'))}&success=false`],
    [
      'JSON with a bare value',
      json({ key: 'model', operator: 'eq', value: 'x' }, { key: 'success', operator: 'eq', value: false }),
    ],
    [
      'dots',
      'filters.key=model&filters.operator=eq&filters.value=x&filters.key=success&filters.operator=eq&filters.value=false',
    ],
    [
      'dots in another order',
      'filters.value=x&filters.operator=eq&filters.key=model&filters.value=false&filters.key=success&filters.operator=eq',
    ],
    [
      'dots by kind',
      'filters.key=model&filters.key=success&filters.operator=eq&filters.operator=eq&filters.value=x&filters.value=false',
    ],
    [
      'brackets by number',
      'filters[0][key]=model&filters[0][operator]=eq&filters[0][value][]=x&filters[1][key]=success&filters[1][operator]=eq&filters[1][value]=false',
    ],
    [
      'dots by number',
      'filters.1.key=success&filters.1.operator=eq&filters.1.value.0=false&filters.0.key=model&filters.0.operator=eq&filters.0.value.0=x',
    ],
    ['a mixture', `${json(eq('model', 'x'))}&filters.key=success&filters.operator=eq&filters.value=false`],
  ])('written with %s are all fulfilled', async (_, query) => {
    expect(await idsFor(query)).toEqual(['c']);
  });

  test.each([
    [
      'dots',
      'filters.key=model&filters.operator=eq&filters.value=x&filters.value=y&filters.key=success&filters.operator=eq&filters.value=false',
    ],
    [
      'brackets',
      'filters[0][key]=model&filters[0][operator]=eq&filters[0][value][]=x&filters[0][value][]=y&filters[1][key]=success&filters[1][operator]=eq&filters[1][value][]=false',
    ],
  ])('of several values, written with %s, are fulfilled by one of them', async (_, query) => {
    expect(await idsFor(query)).toEqual(['c', 'b']);
  });

  test('come from the official client as they were meant', async () => {
    const found = async (...filters: Cloudflare.AIGateway.LogListParams.Filter[]) => {
      const page = await client.aiGateway.logs.list('prod', { account_id, filters });
      return page.result.map(({ id }) => id);
    };
    expect(
      await found(
        { key: 'model', operator: 'eq', value: ['x', 'y'] },
        { key: 'success', operator: 'eq', value: [false] },
      ),
    ).toEqual(['c', 'b']);
    expect(await found({ key: 'cost', operator: 'lt', value: [0.0005] })).toEqual(['d', 'c']);
    expect(await found({ key: 'created_at', operator: 'gt', value: ['1970-01-01T00:00:03Z'] })).toEqual(['d']);
    expect(
      await found(
        { key: 'metadata.key', operator: 'eq', value: ['team'] },
        { key: 'metadata.value', operator: 'contains', value: ['AD'] },
      ),
    ).toEqual(['a']);
    expect(await found({ key: 'model', operator: 'neq', value: ['x', 'z'] })).toEqual(['b']);
    expect(await found({ key: 'feedback', operator: 'eq', value: [0] })).toEqual(['c']);
  });

  test('of metadata take an entry by its name', async () => {
    expect(await idsFor(json(eq('metadata.team', 'ads')))).toEqual(['a']);
    expect(await idsFor(json({ key: 'metadata.team', operator: 'neq', value: ['ads'] }))).toEqual(['d', 'c', 'b']);
  });

  test.each([
    ['filters=nonsense', ['filters'], `"filters" must be a list, received 'nonsense'.`],
    [json(eq('nope', 1)), ['filters', '0', 'key'], /^There is no filter key "nope"\. Choose one of: id, /],
    [
      json({ key: 'model', operator: 'like', value: ['x'] }),
      ['filters', '0', 'operator'],
      /^"filters\.0\.operator" must be 'eq' \| 'neq'/,
    ],
    [
      json(eq('model', 'x'), { key: 'cached', operator: 'gt', value: [true] }),
      ['filters', '1', 'operator'],
      /^"cached" is true or false and takes 'eq' \| 'neq'/,
    ],
    [
      json(eq('cost', 'much')),
      ['filters', '0', 'value'],
      `"cost" is compared with a number of US dollars, not 'much'.`,
    ],
    [json(eq('model')), ['filters', '0', 'value'], 'The filter on "model" needs at least one value.'],
    [
      json({ key: 'model', operator: 'eq' }),
      ['filters', '0', 'value'],
      /^Required: "filters\.0\.value" must be a list/,
    ],
    [json({ ...eq('model', 'x'), more: 1 }), ['filters', '0', 'more'], 'Unknown query parameter "more".'],
    [
      json(eq('model', { a: 1 })),
      ['filters', '0', 'value', '0'],
      'A value of a filter is a text, a number, true, false or null.',
    ],
    ['filters.key=model&filters.value=x', ['filters', '0', 'operator'], /^Required: /],
    [json(eq('id', ...Array(76).fill('x'))), ['filters'], /too many values/],
  ])('?%s is refused where it is wrong', async (query, path, message) => {
    const { status, body } = await world.call('GET', `/gateways/prod/logs?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ code: 7001, path: ['query', ...path] }]);
    expect(body.errors[0]?.message).toMatch(message);
  });
});

describe('older parameters', () => {
  test.each([
    ['cached=true', ['d']],
    ['cached=false&success=true', ['a']],
    ['success=false', ['c', 'b']],
    ['direction=asc', ['a', 'b', 'c', 'd']],
    ['direction=asc&order_by_direction=desc&success=true', ['d', 'a']],
    ['start_date=1970-01-01T00:00:02Z&end_date=1970-01-01T00:00:03.000Z', ['c', 'b']],
    ['feedback=0', ['c']],
    ['feedback=1', []],
    ['model=x', ['c', 'a']],
    ['model_type=embeddings', ['d']],
    ['provider=anthropic', ['d']],
    ['request_content_type=text/plain', []],
    ['response_content_type=application/json&model=y', ['b']],
    ['min_cost=0.001', ['a']],
    ['max_cost=0.0001', ['d', 'c']],
    ['max_duration=5', ['c']],
    ['min_duration=6&model=x', ['a']],
    ['min_tokens_in=12&max_tokens_in=12&max_tokens_out=30&min_tokens_out=30&model=y', ['b']],
    ['min_total_tokens=43', []],
    ['max_total_tokens=42&model=z', ['d']],
  ])('?%s still filters', async (query, ids) => {
    expect(await idsFor(query)).toEqual(ids);
  });

  test('come from the official client', async () => {
    const page = await client.aiGateway.logs.list('prod', {
      account_id,
      success: false,
      max_cost: 0.001,
      min_duration: 1,
    });
    expect(page.result.map(({ id }) => id)).toEqual(['c']);
  });

  test.each([
    ['min_cost=x', 'min_cost', `"min_cost" must be a number, received 'x'.`],
    ['max_duration=', 'max_duration', `"max_duration" must be a number, received ''.`],
    ['success=maybe', 'success', `"success" must be 'true' | 'false', received 'maybe'.`],
    ['feedback=2', 'feedback', `"feedback" must be '0' | '1', received 2.`],
    ['start_date=soon', 'start_date', 'This must be a date or time like 2026-10-01T08:00:00Z.'],
    ['event_id=x', 'event_id', 'Unknown query parameter "event_id".'],
    ['model=x&model=y', 'model', '"model" must be a string, received a list.'],
  ])('?%s is refused with the field', async (query, name, message) => {
    const { status, body } = await world.call('GET', `/gateways/prod/logs?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ code: 7001, message, path: ['query', name] }]);
  });
});

describe('search and order', () => {
  test('a search finds a part of what a row is known by', async () => {
    expect(await idsFor('search=ANTHROP')).toEqual(['d']);
    expect(await idsFor('search=ads')).toEqual(['a']);
    expect(await idsFor('search=nothing-like-it')).toEqual([]);
    const page = await client.aiGateway.logs.list('prod', { account_id, search: 'ads' });
    expect(page.result).toMatchObject([{ id: 'a' }]);
  });

  test.each([
    ['order_by=model&order_by_direction=asc', ['a', 'c', 'b', 'd']],
    ['order_by=model', ['d', 'b', 'c', 'a']],
    ['order_by=success&order_by_direction=asc', ['b', 'c', 'a', 'd']],
    ['order_by=cached', ['d', 'c', 'b', 'a']],
    ['order_by=provider&order_by_direction=asc', ['d', 'a', 'b', 'c']],
    ['order_by=model_type', ['d', 'c', 'b', 'a']],
    ['order_by=duration&order_by_direction=asc&per_page=1', ['c']],
  ])('?%s orders', async (query, ids) => {
    expect(await idsFor(query)).toEqual(ids);
  });

  test('the official client reads every page of an ordered, filtered list, and stops', async () => {
    const ids: string[] = [];
    const query = { account_id, per_page: 1, order_by: 'model', order_by_direction: 'asc' } as const;
    for await (const { id } of client.aiGateway.logs.list('prod', { ...query, success: false })) ids.push(id);
    expect(ids).toEqual(['c', 'b']);
  });

  test('meta_info adds the extent of all that is found to the page', async () => {
    const { result_info } = await list('meta_info=true&per_page=1&model=x');
    expect(result_info).toEqual({
      page: 1,
      per_page: 1,
      count: 1,
      total_count: 2,
      min_cost: 0.000012345,
      max_cost: 0.001,
      min_duration: 5,
      max_duration: 900,
      min_tokens_in: 12,
      max_tokens_in: 12,
      min_tokens_out: 30,
      max_tokens_out: 30,
      min_total_tokens: 42,
      max_total_tokens: 42,
    });
    expect((await list('meta_info=false')).result_info).not.toHaveProperty('min_cost');
  });

  test('a page that can only be ranked and lies too far behind is refused with the way out', async () => {
    const { status, body } = await world.call('GET', '/gateways/prod/logs?order_by=cost&per_page=50&page=201');
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ code: 7001, path: ['query', 'filters'] }]);
  });
});

function clientOf({ app, token }: World): Cloudflare {
  const fetch = async (url: string | URL | Request, init?: RequestInit) => app.request(new Request(url, init));
  return new Cloudflare({ apiToken: token, baseURL: 'http://127.0.0.1:8787/client/v4', maxRetries: 0, fetch });
}
