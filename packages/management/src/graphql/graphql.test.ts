import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/open-world.ts';
import { rollup } from '../../test/traffic.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** An hour of today that is known by the minute. */
const TOP = Math.floor(Date.now() / HOUR) * HOUR - HOUR;

let world: World;
let reports: unknown[];
beforeEach(async () => {
  reports = [];
  world = await openWorld({ report: (error) => void reports.push(error) });
  const common = { requests: 2, tokensIn: 10, tokensOut: 5, costNanos: 1_500_000_000 };
  await world.storage.rollups.write(
    [
      rollup({ ...common, start: TOP, model: 'gpt-5' }),
      rollup({ ...common, start: TOP + 7 * MINUTE, model: 'gpt-5', cached: true, costNanos: 0 }),
      rollup({
        ...common,
        start: TOP + 8 * MINUTE,
        model: 'claude',
        provider: 'anthropic',
        statusCode: 529,
        errorCode: 'overloaded',
        failures: 2,
      }),
      rollup({
        ...common,
        start: TOP + 20 * MINUTE,
        model: 'claude',
        statusCode: 429,
        errorCode: 'rate_limited',
        failures: 2,
        gateway: 'other',
      }),
      rollup({ ...common, start: TOP, account: 'stranger' }),
    ],
    [],
  );
});
afterEach(() => world.storage.close());

describe('requests', () => {
  test('a published query with variables declared as Cloudflare has them is answered', async () => {
    const query = `
      query Requests($accountTag: string!, $limit: Int!, $start: Time!, $end: string) {
        viewer {
          accounts(filter: { accountTag: $accountTag }) {
            aiGatewayRequestsAdaptiveGroups(
              limit: $limit
              filter: { datetimeHour_geq: $start, datetimeHour_leq: $end }
              orderBy: [datetimeMinute_ASC]
            ) {
              count
              sum { cachedRequests erroredRequests cachedTokensIn uncachedTokensIn cachedTokensOut uncachedTokensOut tokensIn tokensOut cost }
              dimensions { model provider gateway ts: datetimeMinute }
            }
          }
        }
      }`;
    const variables = { accountTag: 'acme', limit: 10, start: iso(TOP), end: iso(TOP) };
    // An alias gives a name in the answer alone; the order is by the dimension.
    const { data } = await ask(query.replace('ts: ', ''), variables);
    expect(groupsOf(data)).toEqual([
      group(
        2,
        { uncachedTokensIn: 10, uncachedTokensOut: 5, cost: 1.5 },
        { model: 'gpt-5', provider: 'openai', gateway: 'prod', datetimeMinute: iso(TOP) },
      ),
      group(
        2,
        { cachedRequests: 2, cachedTokensIn: 10, cachedTokensOut: 5, cost: 0 },
        { model: 'gpt-5', provider: 'openai', gateway: 'prod', datetimeMinute: iso(TOP + 7 * MINUTE) },
      ),
      group(
        2,
        { erroredRequests: 2, uncachedTokensIn: 10, uncachedTokensOut: 5, cost: 1.5 },
        { model: 'claude', provider: 'anthropic', gateway: 'prod', datetimeMinute: iso(TOP + 8 * MINUTE) },
      ),
      group(
        2,
        { erroredRequests: 2, uncachedTokensIn: 10, uncachedTokensOut: 5, cost: 1.5 },
        { model: 'claude', provider: 'openai', gateway: 'other', datetimeMinute: iso(TOP + 20 * MINUTE) },
      ),
    ]);
  });

  test('are told apart by what is selected alone, also through fragments and directives', async () => {
    const { data } = await ask(
      `query ($no: Boolean!) { viewer { accounts { aiGatewayRequestsAdaptiveGroups(limit: 10) { ...row } } } }
       fragment row on AccountAiGatewayRequestsAdaptiveGroups {
         count
         ... on AccountAiGatewayRequestsAdaptiveGroups { dimensions { gateway model @include(if: $no) } }
       }`.replace('query (', 'query Q('),
      { no: false },
    );
    expect(groupsOf(data)).toEqual([
      { count: 6, dimensions: { gateway: 'prod' } },
      { count: 2, dimensions: { gateway: 'other' } },
    ]);
  });

  test.each([
    ['', 8],
    ['model: "gpt-5"', 4],
    ['model_neq: "gpt-5"', 4],
    ['model_in: ["gpt-5", "x"]', 4],
    ['model_like: "cl%"', 4],
    ['statusCode_geq: 400, statusCode_lt: 500', 2],
    ['statusCode_gt: 429', 2],
    ['statusCode_leq: 200', 4],
    ['cached: 1', 2],
    ['error: 1', 4],
    ['rateLimited: 1', 2],
    ['rateLimited_neq: 1', 6],
    ['AND: [{ error: 1 }, { gateway: "prod" }]', 2],
    ['OR: [{ cached: 1 }, { rateLimited: 1 }]', 4],
    [`datetime_geq: "${iso(TOP + 7 * MINUTE + 30_000)}"`, 6],
    [`datetimeMinute_gt: "${iso(TOP + 7 * MINUTE)}"`, 4],
    [`datetimeMinute_lt: "${iso(TOP + 8 * MINUTE)}"`, 4],
    [`datetimeFiveMinutes: "${iso(TOP + 5 * MINUTE)}"`, 4],
    [`datetimeFifteenMinutes_leq: "${iso(TOP)}"`, 6],
    [`AND: [{ datetimeHour_geq: "${iso(TOP)}" }, { datetimeHour_lt: "${iso(TOP)}" }]`, 0],
    [`date_leq: "${iso(TOP).slice(0, 10)}"`, 8],
    [`date_gt: "${iso(TOP).slice(0, 10)}"`, 0],
  ])('{ %s } leaves %i', async (filter, count) => {
    const { data } = await ask(
      `{ viewer { accounts { aiGatewayRequestsAdaptiveGroups(filter: { ${filter} }) { count } } } }`,
    );
    expect(groupsOf(data)[0]?.count ?? 0).toBe(count);
  });

  test('come in the order asked for, and no more than the limit', async () => {
    const order = async (orderBy: string, limit = 10) => {
      const { data } = await ask(
        `{ viewer { accounts { aiGatewayRequestsAdaptiveGroups(limit: ${limit}, orderBy: ${orderBy}) { count sum { cost } dimensions { provider datetimeHour } } } } }`,
      );
      return groupsOf(data).map(({ dimensions }) => dimensions.provider);
    };
    expect(await order('[count_DESC]')).toEqual(['openai', 'anthropic']);
    expect(await order('[count_ASC]', 1)).toEqual(['anthropic']);
    expect(await order('provider_ASC')).toEqual(['anthropic', 'openai']);
    expect(await order('[datetimeHour_ASC, sum_cost_DESC]')).toEqual(['openai', 'anthropic']);
  });

  test('what roll-ups do not keep is null', async () => {
    const { data } = await ask(
      '{ viewer { accounts { aiGatewayRequestsAdaptiveGroups { count dimensions { userAgent metadataRaw wholesale } } } } }',
    );
    expect(groupsOf(data)).toEqual([{ count: 8, dimensions: { userAgent: null, metadataRaw: null, wholesale: null } }]);
  });
});

test('errors, cache and size have their own groups', async () => {
  await world.storage.settings.create({ account: 'acme', id: 'prod', logManagement: 5000 });
  await world.storage.settings.create({ account: 'acme', id: 'other' });
  await world.log({ account: 'acme', gateway: 'prod' });
  const { data } = await ask(`{ viewer { accounts(filter: { accountTag: "acme" }) {
    accountTag
    aiGatewayErrorsAdaptiveGroups(limit: 5, orderBy: [gateway_DESC]) { count dimensions { gateway statusCode } }
    aiGatewayCacheAdaptiveGroups(limit: 5, filter: { cacheStatus: "hit" }) { count dimensions { cacheStatus } }
    misses: aiGatewayCacheAdaptiveGroups(limit: 5, filter: { cacheOp_neq: "hit" }) { count dimensions { cacheOp } }
    aiGatewaySizeAdaptiveGroups(limit: 5) { max { rows } dimensions { gateway logManagement } }
    one: aiGatewaySizeAdaptiveGroups(filter: { gateway_like: "p%" }) { max { rows } }
  } } }`);
  expect(data.viewer.accounts[0]).toEqual({
    accountTag: 'acme',
    aiGatewayErrorsAdaptiveGroups: [
      { count: 2, dimensions: { gateway: 'prod', statusCode: 529 } },
      { count: 2, dimensions: { gateway: 'other', statusCode: 429 } },
    ],
    aiGatewayCacheAdaptiveGroups: [{ count: 2, dimensions: { cacheStatus: 'hit' } }],
    misses: [{ count: 6, dimensions: { cacheOp: 'miss' } }],
    aiGatewaySizeAdaptiveGroups: [
      { max: { rows: 1 }, dimensions: { gateway: 'prod', logManagement: 5000 } },
      { max: { rows: 0 }, dimensions: { gateway: 'other', logManagement: 10_000_000 } },
    ],
    one: [{ max: { rows: 1 } }],
  });
});

describe('is refused with a sentence', () => {
  const groups = (given: string, rest = 'count') =>
    `{ viewer { accounts { aiGatewayRequestsAdaptiveGroups(${given}) { ${rest} } } } }`;
  test.each([
    ['another account', '{ viewer { accounts(filter: { accountTag: "stranger" }) { accountTag } } }', 'not authorized'],
    ['a limit too high', groups('limit: 10001'), 'from 1 to 10000'],
    ['an unknown dimension', groups('limit: 1, filter: { colour: "red" }'), 'colour'],
    ['a value of another kind', groups('limit: 1, filter: { statusCode: "ok" }'), 'statusCode must be a whole number'],
    ['a moment that is none', groups('limit: 1, filter: { datetime_geq: "soon" }'), 'datetime_geq must be a time'],
    ['time within OR', groups('limit: 1, filter: { OR: [{ date: "2026-01-01" }] }'), "can't stand within OR"],
    ['an order by what is not selected', groups('limit: 1, orderBy: [model_ASC]'), 'select it among the dimensions'],
    ['a flag that is compared', groups('limit: 1, filter: { cached_gt: 0 }'), 'only yes or no'],
    ['no GraphQL', '{ viewer {', 'Syntax Error'],
    [
      'a query that is too deep',
      `{ __schema { types ${'{ fields { type '.repeat(12)}{ name }${' } }'.repeat(12)} } }`,
      'levels deep',
    ],
    [
      'too many groups',
      `{ viewer { accounts { ${Array.from({ length: 21 }, (_, i) => `a${i}: aiGatewayErrorsAdaptiveGroups { count }`).join(' ')} } } }`,
      '20 are the most',
    ],
    ['too many words', `{ viewer { accounts { ${'accountTag '.repeat(6000)} } } }`, 'tokens'],
  ])('%s', async (_, query, reason) => {
    const { data, errors } = await ask(query);
    expect(data ?? null).toBeNull();
    expect(errors?.map(({ message }) => message).join()).toContain(reason);
  });
});

test('tools can ask for the whole schema', async () => {
  const { data } = await ask(getIntrospectionQuery());
  const schema = printSchema(buildClientSchema(data as unknown as IntrospectionQuery));
  expect(schema).toContain('datetimeFifteenMinutes: Time');
  expect(schema).toContain('input AccountAiGatewayRequestsAdaptiveGroupsFilter_InputObject');
});

test('a failure of the database is told to the operator and to nobody else', async () => {
  await world.storage.close();
  world.storage.tokens.verify = async () => ({
    id: 't',
    account: 'acme',
    name: 't',
    kind: 'management',
    role: 'viewer',
    gateway: null,
  });
  const { errors } = await ask('{ viewer { accounts { aiGatewayErrorsAdaptiveGroups { count } } } }');
  expect(errors).toMatchObject([{ message: expect.stringContaining('Internal error') }]);
  expect(reports).toHaveLength(1);
});

interface Group {
  readonly count: number;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

interface Data {
  readonly viewer: { readonly accounts: readonly Readonly<Record<string, readonly Group[]>>[] };
}

async function ask(query: string, variables?: object) {
  const response = await world.app.request('/client/v4/graphql', {
    method: 'POST',
    headers: { authorization: `Bearer ${world.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  expect(response.headers.get('content-type')).toContain('application/json');
  return (await response.json()) as {
    readonly data: Data;
    readonly errors: readonly { readonly message: string }[] | null;
  };
}

function groupsOf(data: Data): readonly Group[] {
  return data.viewer.accounts[0]?.aiGatewayRequestsAdaptiveGroups ?? [];
}

function group(count: number, sum: object, dimensions: object) {
  const none = {
    cachedRequests: 0,
    erroredRequests: 0,
    cachedTokensIn: 0,
    uncachedTokensIn: 0,
    cachedTokensOut: 0,
    uncachedTokensOut: 0,
  };
  return { count, sum: { ...none, tokensIn: 10, tokensOut: 5, ...sum }, dimensions };
}

function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
