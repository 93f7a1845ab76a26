import Cloudflare from 'cloudflare';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idsOf, openWorld, type World } from '../test/open-world.ts';

let world: World;
let client: Cloudflare;

beforeEach(async () => {
  world = await openWorld();
  client = clientOf(world);
  await world.storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => world.storage.close());

const place = { account_id: 'acme', gateway_id: 'prod' };
const bodies = { request: new TextEncoder().encode('{"ask":1}'), response: new TextEncoder().encode('{"say":2}') };
const ids = async () => idsOf((await world.call('GET', '/gateways/prod/logs')).body);

describe('PATCH of a row', () => {
  test('writes down feedback, score and metadata, and answers with an empty object', async () => {
    const { id } = await world.log();
    const edited = await client.aiGateway.logs.edit(id, {
      ...place,
      feedback: -1,
      score: 87.5,
      metadata: { user: 'u', n: 1 },
    });
    expect(edited).toEqual({});
    const log = await client.aiGateway.logs.get(id, place);
    expect(log).toMatchObject({ feedback: -1, score: 87.5, metadata: { user: 'u', n: 1 } });
  });

  test('leaves alone what it does not name, and takes away what is null', async () => {
    const { id } = await world.log();
    await world.call('PATCH', `/gateways/prod/logs/${id}`, { feedback: 1, score: 3 });
    await world.call('PATCH', `/gateways/prod/logs/${id}`, { feedback: null });
    const read = async () => (await world.call('GET', `/gateways/prod/logs/${id}`)).body.result;
    expect(await read()).toMatchObject({ feedback: null, score: 3, metadata: { team: 'search', seats: 3 } });
    await world.call('PATCH', `/gateways/prod/logs/${id}`, { score: null, metadata: null });
    expect(await read()).toMatchObject({ feedback: null, score: null, metadata: null });
    expect((await world.call('PATCH', `/gateways/prod/logs/${id}`, {})).body).toMatchObject({
      success: true,
      result: {},
    });
  });

  test('takes an id of any kind', async () => {
    for (const id of ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '0199aa00-0000-7000-8000-000000000009', 'my id/1']) {
      await world.log({ id });
      await client.aiGateway.logs.edit(id, { ...place, feedback: 1 });
      expect(await client.aiGateway.logs.get(id, place)).toMatchObject({ id, feedback: 1 });
    }
  });

  test('of an unknown row is 404, code 7002', async () => {
    await world.log({ id: 'elsewhere', gateway: 'other' });
    for (const id of ['nobody', 'elsewhere']) {
      const { status, body } = await world.call('PATCH', `/gateways/prod/logs/${id}`, { feedback: 1 });
      expect(status).toBe(404);
      expect(body.errors).toMatchObject([{ code: 7002 }]);
    }
    await expect(client.aiGateway.logs.edit('nobody', { ...place, feedback: 1 })).rejects.toBeInstanceOf(
      Cloudflare.NotFoundError,
    );
  });

  test.each([
    [{ feedback: 5 }, ['feedback'], `"feedback" must be '-1' | '0' | '1', received 5.`],
    [{ score: 'high' }, ['score'], `"score" must be a number, received 'high'.`],
    [{ metadata: { a: [] } }, ['metadata', 'a'], /^A value of the metadata is a text/],
    [{ rating: 1 }, ['rating'], 'Unknown field "rating".'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, n])) },
      ['metadata'],
      '"metadata" has at most 100 entries.',
    ],
  ])('%j is refused with the field', async (change, path, message) => {
    const { id } = await world.log();
    const { status, body } = await world.call('PATCH', `/gateways/prod/logs/${id}`, change);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ code: 7001, path: ['body', ...path] }]);
    expect(body.errors[0]?.message).toMatch(message);
  });

  test('stands in the audit log with what was there before', async () => {
    const { id } = await world.log({ feedback: 1 });
    await world.call('PATCH', `/gateways/prod/logs/${id}`, { feedback: -1 });
    const { body } = await world.call('GET', '/audit_logs');
    expect(body.result).toMatchObject([{ action: 'log.updated', before: { feedback: 1 }, after: { feedback: -1 } }]);
  });
});

describe('DELETE of rows', () => {
  beforeEach(async () => {
    for (const number of [1, 2, 3, 4]) {
      await world.log(
        { id: `log-${number}`, createdAt: number, model: number % 2 === 0 ? 'even' : 'odd', durationMs: 10 - number },
        bodies,
      );
    }
  });

  test('takes those that fulfil the filters, and their bodies, and answers without a result', async () => {
    const answer = await client.aiGateway.logs.delete('prod', {
      account_id: 'acme',
      filters: [{ key: 'model', operator: 'eq', value: ['odd'] }],
    });
    expect(answer).toEqual({ success: true });
    expect(await ids()).toEqual(['log-4', 'log-2']);
    expect(await world.storage.logs.body('log-1', 'request')).toBeUndefined();
    expect(await world.storage.logs.body('log-2', 'request')).toEqual(bodies.request);
  });

  test('takes the first of an order, up to a limit', async () => {
    const remove = (query: object) => client.aiGateway.logs.delete('prod', { account_id: 'acme', ...query });
    await remove({ limit: 1 });
    expect(await ids()).toEqual(['log-3', 'log-2', 'log-1']);
    await remove({ limit: 1, order_by: 'duration', order_by_direction: 'desc' });
    expect(await ids()).toEqual(['log-3', 'log-2']);
    await remove({ limit: 1, order_by: 'created_at', order_by_direction: 'asc' });
    expect(await ids()).toEqual(['log-3']);
  });

  test('takes everything of this gateway when nothing is said, and nothing of another', async () => {
    await world.log({ id: 'elsewhere', gateway: 'other' });
    const { status, body } = await world.call('DELETE', '/gateways/prod/logs');
    expect(status).toBe(200);
    expect(body).toEqual({ success: true });
    expect(await ids()).toEqual([]);
    expect(await world.storage.logs.get('acme', 'other', 'elsewhere')).toBeDefined();
  });

  test.each([
    ['filters=x', 'filters', `"filters" must be a list, received 'x'.`],
    ['limit=0', 'limit', '"limit" must be at least 1, received 0.'],
    ['order_by=score', 'order_by', /^"order_by" must be 'created_at' \| 'provider'/],
    ['model=odd', 'model', 'Unknown query parameter "model".'],
  ])('?%s is refused, and nothing goes', async (query, name, message) => {
    const { status, body } = await world.call('DELETE', `/gateways/prod/logs?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ code: 7001, path: ['query', name] }]);
    expect(body.errors[0]?.message).toMatch(message);
    expect(await ids()).toHaveLength(4);
  });

  test('stands in the audit log with what was asked for and how many went', async () => {
    await world.call('DELETE', '/gateways/prod/logs?limit=2');
    const { body } = await world.call('GET', '/audit_logs');
    expect(body.result).toMatchObject([{ action: 'log.deleted', before: { limit: 2 }, after: { rows: 2 } }]);
  });
});

function clientOf({ app, token }: World): Cloudflare {
  const fetch = async (url: string | URL | Request, init?: RequestInit) => app.request(new Request(url, init));
  return new Cloudflare({ apiToken: token, baseURL: 'http://127.0.0.1:8787/client/v4', maxRetries: 0, fetch });
}
