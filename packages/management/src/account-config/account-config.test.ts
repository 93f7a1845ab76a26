import { createStorage, type SqlDatabase, type SqlWrite } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, gatewayBody, openWorld, rowsOf, type World } from '../../test/open-world.ts';
import { createManagement } from '../management.ts';
import { accountConfigSchema } from './json-schema.ts';
import type { AccountConfig, ConfigPlan, CustomProviderConfig, GatewayConfig } from './types.ts';

const SECRET = 'sk-test-key-of-openai-wxyz';
const HEADER = 'sk-test-key-of-mine-abcd';
const OPTIONS = { providers: ['openai', 'anthropic', 'xai'], providerAliases: { grok: 'xai' } };

const FILE = {
  version: 1,
  gateways: {
    prod: {
      authentication: true,
      cache_ttl: 300,
      traffic: { cache: { streams: true }, rateLimits: [{ id: 'a', unit: 'requests', limit: 9, intervalSeconds: 60 }] },
      otel: [{ url: 'https://otel.example/v1/traces', headers: { 'x-key': 'otel-test-key-1234' } }],
      spend_limits: { enabled: true, rules: [{ limitType: 'cost', limit: 10, window: 3600 }] },
      provider_configs: [
        { provider_slug: 'openai', alias: 'a', default_config: true, secret: SECRET },
        { provider_slug: 'openai', alias: 'b', rate_limit: 5, rate_limit_period: 60, secret: 'sk-test-key-of-b-1234' },
        { provider_slug: 'custom-mine', alias: 'default', secret: 'sk-test-key-for-mine' },
      ],
      datasets: [{ name: 'errors', enable: true, filters: [{ key: 'success', operator: 'eq', value: [false] }] }],
    },
    plain: {},
  },
  custom_providers: {
    mine: { name: 'Mine', base_url: 'https://llm.example/v1', enable: true, headers: { 'x-api-key': HEADER } },
  },
} as const satisfies AccountConfig;

let world: World;
let time: number;
beforeEach(async () => {
  time = Date.UTC(2026, 9, 1);
  world = await openWorld({ ...OPTIONS, now: () => time++ });
});
afterEach(() => world.storage.close());

const pull = async (of = world): Promise<AccountConfig> =>
  (await of.call('GET', '/config')).body.result as AccountConfig;
const plan = (config: unknown, change: object = {}): Promise<Answer> =>
  world.call('POST', '/config/plan', { config, ...change });
const apply = (config: unknown, change: object = {}): Promise<Answer> =>
  world.call('PUT', '/config', { config, ...change });
const planned = async (config: unknown, change: object = {}): Promise<ConfigPlan> => {
  const { body } = await plan(config, change);
  expect(body.errors).toEqual([]);
  return body.result as ConfigPlan;
};
const actions = ({ changes }: ConfigPlan): string[] => changes.map(({ action, kind, id }) => `${action} ${kind} ${id}`);
const applied = async (config: unknown, change: object = {}): Promise<ConfigPlan> => {
  const { body } = await apply(config, change);
  expect(body.errors).toEqual([]);
  return body.result as ConfigPlan;
};

/** The pulled file with the secrets that a pull never has. */
function withSecrets(pulled: AccountConfig): AccountConfig {
  const { prod = {}, ...others } = pulled.gateways ?? {};
  const provider_configs = prod.provider_configs?.map((config, index) => ({
    ...config,
    secret: FILE.gateways.prod.provider_configs[index]?.secret ?? null,
  }));
  const mine = { ...pulled.custom_providers?.mine, headers: { 'x-api-key': HEADER } } as CustomProviderConfig;
  const full = { ...prod, otel: FILE.gateways.prod.otel, provider_configs } as unknown as GatewayConfig;
  return { ...pulled, gateways: { prod: full, ...others }, custom_providers: { mine } };
}

describe('pull', () => {
  test('shows everything but tokens, in the same order always, and no secret', async () => {
    await applied(FILE);
    const text = JSON.stringify(await pull());
    expect(text).not.toMatch(/test-key/);
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      account: 'acme',
      gateways: {
        plain: { cache_ttl: 0, provider_configs: [], datasets: [] },
        prod: {
          cache_ttl: 300,
          otel: [{ headers: { 'x-key': '…1234' } }],
          provider_configs: [
            { provider_slug: 'openai', alias: 'a', default_config: true, rate_limit: null, secret: null },
            { provider_slug: 'openai', alias: 'b', default_config: false, rate_limit: 5, secret: null },
            { provider_slug: 'custom-mine', alias: 'default', secret: null },
          ],
          datasets: FILE.gateways.prod.datasets,
        },
      },
      custom_providers: { mine: { enable: true, headers: { 'x-api-key': 'sk-…abcd' } } },
    });
    expect(text.indexOf('"plain"')).toBeLessThan(text.indexOf('"prod"'));
    expect(text).toBe(JSON.stringify(await pull()));
  });

  test('gives back, from an empty account that it was applied to, the very same file', async () => {
    await applied(FILE);
    const pulled = await pull();
    const other = await openWorld(OPTIONS);
    const answer = await other.call('PUT', '/config', { config: withSecrets(pulled) });
    expect(answer.body.errors).toEqual([]);
    expect(JSON.stringify(await pull(other))).toBe(JSON.stringify(pulled));
    await other.storage.close();
  });

  test('can be applied as it is to the account that it is of: nothing changes', async () => {
    await applied(FILE);
    expect(actions(await planned(await pull(), { prune: true }))).toEqual([]);
    expect(actions(await planned(withSecrets(await pull()), { prune: true }))).toEqual([]);
    expect(actions(await planned(FILE, { prune: true }))).toEqual([]);
  });
});

describe('plan', () => {
  test('names what would be made, and makes nothing', async () => {
    const before = await pull();
    const result = await planned(FILE);
    expect(actions(result)).toEqual([
      'create custom_provider mine',
      'create gateway prod',
      'create provider_config prod/openai/a',
      'create provider_config prod/openai/b',
      'create provider_config prod/custom-mine/default',
      'create dataset prod/errors',
      'create gateway plain',
    ]);
    expect(JSON.stringify(result)).not.toMatch(/test-key/);
    expect(result.changes.at(-1)).toEqual({ action: 'create', kind: 'gateway', id: 'plain', fields: [] });
    expect(await pull()).toEqual(before);
  });

  test('shows exactly the fields that differ', async () => {
    await applied(FILE);
    const { prod } = FILE.gateways;
    const traffic = { ...prod.traffic, cache: { streams: false } };
    const [a, b, mine] = prod.provider_configs;
    const provider_configs = [{ ...a, secret: 'sk-test-key-of-another' }, { ...b, rate_limit: 7 }, mine];
    const datasets = [{ ...prod.datasets[0], enable: false }];
    const changed = { ...prod, cache_ttl: 60, traffic, provider_configs, datasets };
    const custom_providers = { mine: { ...FILE.custom_providers.mine, beta: true } };
    const result = await planned({ ...FILE, gateways: { prod: changed }, custom_providers });
    expect(result.changes).toEqual([
      update('custom_provider', 'mine', ['beta', false, true]),
      update('gateway', 'prod', ['cache_ttl', 300, 60], ['traffic.cache.streams', true, false]),
      update('provider_config', 'prod/openai/a', ['secret', null, '[secret]']),
      update('provider_config', 'prod/openai/b', ['rate_limit', 5, 7]),
      update('dataset', 'prod/errors', ['enable', true, false]),
    ]);
    expect(await applied({ ...FILE, gateways: { prod: changed }, custom_providers })).toMatchObject({
      changes: result.changes,
    });
    expect(await world.storage.credentials.credentials('acme', 'prod', 'openai')).toMatchObject([
      { alias: 'a', secret: 'sk-test-key-of-another' },
      { alias: 'b', secret: 'sk-test-key-of-b-1234', rateLimit: 7 },
    ]);
  });

  test('says that a secret differs and shows nothing of it', async () => {
    await applied(FILE);
    const otel = [{ ...FILE.gateways.prod.otel[0], headers: { 'x-key': 'otel-test-key-other' } }];
    const headers = { 'x-api-key': 'sk-test-key-of-another-1' };
    const result = await planned({
      version: 1,
      gateways: { prod: { ...FILE.gateways.prod, otel } },
      custom_providers: { mine: { ...FILE.custom_providers.mine, headers } },
    });
    expect(actions(result)).toEqual(['update custom_provider mine', 'update gateway prod']);
    expect(JSON.stringify(result)).not.toMatch(/test-key/);
  });

  test('is for viewers, and applying for owners', async () => {
    const ask = async (role: 'viewer' | 'editor', method: string, path: string): Promise<number> => {
      const { token } = await world.storage.tokens.create({ account: 'acme', name: role, role });
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ config: { version: 1 } });
      const url = `/client/v4/accounts/acme/ai-gateway${path}`;
      return (await world.app.request(url, method === 'GET' ? { headers } : { method, headers, body })).status;
    };
    expect(await ask('viewer', 'GET', '/config')).toBe(200);
    expect(await ask('viewer', 'POST', '/config/plan')).toBe(200);
    expect(await ask('editor', 'PUT', '/config')).toBe(403);
  });
});

describe('apply', () => {
  test('leaves what the file does not name, and takes it away with prune', async () => {
    await applied(FILE);
    const [a] = FILE.gateways.prod.provider_configs;
    const file = {
      version: 1,
      gateways: { prod: { ...FILE.gateways.prod, provider_configs: [{ ...a, secret: null }], datasets: [] } },
      custom_providers: {},
    };
    expect(actions(await planned(file))).toEqual([]);
    expect(actions(await applied(file, { prune: true }))).toEqual([
      'delete provider_config prod/custom-mine/default',
      'delete custom_provider mine',
      'delete provider_config prod/openai/b',
      'delete dataset prod/errors',
      'delete gateway plain',
    ]);
    const { gateways, custom_providers } = await pull();
    expect(Object.keys(gateways ?? {})).toEqual(['prod']);
    expect(gateways?.prod?.provider_configs).toHaveLength(1);
    expect(custom_providers).toEqual({});
  });

  test('takes nothing away from a section that the file does not have', async () => {
    await applied(FILE);
    expect(actions(await planned({ version: 1 }, { prune: true }))).toEqual([]);
    const { provider_configs: _, datasets: __, ...prod } = FILE.gateways.prod;
    expect(actions(await planned({ version: 1, gateways: { prod, plain: {} } }, { prune: true }))).toEqual([]);
  });

  test('makes another alias the default and leaves one', async () => {
    await applied(FILE);
    const provider_configs = [{ provider_slug: 'openai', alias: 'b', default_config: true }];
    const result = await applied({ version: 1, gateways: { prod: { ...FILE.gateways.prod, provider_configs } } });
    expect(actions(result)).toEqual(['update provider_config prod/openai/b', 'update provider_config prod/openai/a']);
    expect(await world.storage.credentials.credentials('acme', 'prod', 'openai')).toMatchObject([
      { alias: 'a', isDefault: false, secret: SECRET },
      { alias: 'b', isDefault: true },
    ]);
  });

  test('keeps several credentials of one alias apart by their order', async () => {
    const keys = ['sk-test-key-of-first', 'sk-test-key-of-second'];
    const provider_configs = keys.map((secret) => ({ provider_slug: 'grok', alias: 'pool', secret }));
    const file = { version: 1, gateways: { prod: { provider_configs } } };
    await applied(file);
    expect((await planned(file)).changes).toEqual([]);
    const stored = await world.storage.credentials.credentials('acme', 'prod', 'xai');
    expect(stored.map(({ secret }) => secret)).toEqual(keys);
  });

  test('without authentication in the file that stays as it is', async () => {
    await applied(FILE);
    const { authentication: _, ...prod } = FILE.gateways.prod;
    expect(actions(await planned({ version: 1, gateways: { prod } }))).toEqual([]);
    await applied({ version: 1, gateways: { prod: { ...prod, cache_ttl: 1 } } });
    expect((await world.storage.settings.get('acme', 'prod'))?.authentication).toBe(true);
  });

  test('is refused when something was changed since the plan', async () => {
    await applied(FILE);
    const file = { version: 1, gateways: { plain: { cache_ttl: 5 } } };
    const { hash } = await planned(file);
    await world.call('PUT', '/gateways/prod', { ...gatewayBody('prod'), cache_ttl: 7 });
    const before = await pull();
    const { status, body } = await apply(file, { expected_hash: hash });
    expect([status, body.errors]).toEqual([412, [{ code: 7004, message: expect.stringContaining('Plan again') }]]);
    expect(await pull()).toEqual(before);
    const { hash: fresh } = await planned(file);
    expect((await apply(file, { expected_hash: fresh })).status).toBe(200);
  });

  test('a purge of the cache is no change of the configuration', async () => {
    await applied(FILE);
    const { hash } = await planned(FILE);
    await world.call('POST', '/gateways/prod/cache/purge', { everything: true });
    expect((await apply(FILE, { expected_hash: hash })).status).toBe(200);
  });

  test('tells the audit log of each change and of the whole, without secrets', async () => {
    await applied(FILE);
    const { body } = await world.call('GET', '/audit_logs?per_page=50');
    expect(
      rowsOf(body)
        .map(({ action }) => action)
        .sort(),
    ).toEqual([
      'config.applied',
      'custom_provider.created',
      'dataset.created',
      'gateway.created',
      'gateway.created',
      'provider_config.created',
      'provider_config.created',
      'provider_config.created',
    ]);
    expect(JSON.stringify(body)).not.toMatch(/test-key/);
  });

  test('says which settings are stored and not acted upon', async () => {
    const { body } = await apply({ version: 1, gateways: { prod: { zdr: true } } });
    expect(body.messages).toEqual([{ code: 1000, message: expect.stringContaining('gateways.prod: "zdr"') }]);
  });
});

describe('an invalid file changes nothing and says all that is wrong', () => {
  const good = { created_by_it: { cache_ttl: 9 } };
  const key = { provider_slug: 'openai', alias: 'new', secret: SECRET };
  const inProd = (change: object) => ({ version: 1, gateways: { ...good, prod: change } });
  const own = (change: object) => ({
    version: 1,
    gateways: good,
    custom_providers: { other: { name: 'Other', base_url: 'https://other.example', ...change } },
  });

  test.each<readonly [string, unknown, string]>([
    ['no object', 'version: 1', ''],
    ['another version', { version: 2, gateways: good }, 'version'],
    ['another account', { version: 1, account: 'beta', gateways: good }, 'account'],
    ['an unknown section', { version: 1, gateways: good, tokens: [] }, 'tokens'],
    ['gateways in a list', { version: 1, gateways: [good] }, 'gateways'],
    ['a number that is too small', inProd({ cache_ttl: -1 }), 'gateways.prod.cache_ttl'],
    ['an unknown setting', inProd({ cache_tll: 1 }), 'gateways.prod.cache_tll'],
    ['an id inside', inProd({ id: 'prod' }), 'gateways.prod.id'],
    ['an impossible id', { version: 1, gateways: { ...good, 'No Id': {} } }, 'gateways.No Id.id'],
    ['a wrong policy', inProd({ traffic: { cache: { streams: 1 } } }), 'gateways.prod.traffic.cache.streams'],
    [
      'a wrong filter',
      inProd({ datasets: [{ name: 'a', enable: true, filters: [{}] }] }),
      'gateways.prod.datasets.0.filters.0.key',
    ],
    [
      'a new key without secret',
      inProd({ provider_configs: [{ ...key, secret: null }] }),
      'gateways.prod.provider_configs.0.secret',
    ],
    [
      'a reference to a variable',
      inProd({ provider_configs: [{ ...key, secret: { env: 'A' } }] }),
      'gateways.prod.provider_configs.0.secret',
    ],
    [
      'an unknown provider',
      inProd({ provider_configs: [{ ...key, provider_slug: 'nobody' }] }),
      'gateways.prod.provider_configs.0.provider_slug',
    ],
    [
      'an impossible secret',
      inProd({ provider_configs: [{ ...key, secret: 'a\nb' }] }),
      'gateways.prod.provider_configs.0.secret',
    ],
    [
      'half a rate limit',
      inProd({ provider_configs: [{ ...key, rate_limit: 1 }] }),
      'gateways.prod.provider_configs.0.rate_limit_period',
    ],
    [
      'two defaults',
      inProd({
        provider_configs: [
          { ...key, default_config: true },
          { ...key, alias: 'c', default_config: true },
        ],
      }),
      'gateways.prod.provider_configs.1.default_config',
    ],
    [
      'a hint of nothing',
      inProd({ stripe: { authorization: '…1234', usage_events: [] } }),
      'gateways.prod.stripe.authorization',
    ],
    ['an unsafe address', own({ base_url: 'http://10.0.0.1' }), 'custom_providers.other.base_url'],
    ['headers in a list', own({ headers: [] }), 'custom_providers.other.headers'],
    [
      'a header that is a variable',
      own({ headers: { 'x-key': { env: 'A' } } }),
      'custom_providers.other.headers.x-key',
    ],
    [
      'a header that hints at nothing',
      own({ headers: { 'x-key': 'sk-…zzzz' } }),
      'custom_providers.other.headers.x-key',
    ],
    ['a slug inside', own({ slug: 'other' }), 'custom_providers.other.slug'],
    [
      'another address for a stored header and keys',
      {
        version: 1,
        gateways: good,
        custom_providers: {
          mine: {
            ...FILE.custom_providers.mine,
            base_url: 'https://evil.example',
            headers: { 'x-api-key': 'sk-…abcd' },
          },
        },
      },
      'custom_providers.mine.headers.x-api-key',
    ],
    [
      'another address for a key that is kept',
      {
        version: 1,
        gateways: { ...good, prod: { provider_configs: [{ provider_slug: 'custom-mine', alias: 'default' }] } },
        custom_providers: { mine: { ...FILE.custom_providers.mine, base_url: 'https://evil.example' } },
      },
      'gateways.prod.provider_configs.0.secret',
    ],
    [
      'another address for keys that the file does not name',
      {
        version: 1,
        gateways: good,
        custom_providers: { mine: { ...FILE.custom_providers.mine, base_url: 'https://evil.example' } },
      },
      'custom_providers.mine.base_url',
    ],
  ])('%s', async (_, config, place) => {
    await applied(FILE);
    const before = await pull();
    for (const answer of [await plan(config), await apply(config)]) {
      expect(answer.status).toBe(400);
      const paths = answer.body.errors.map(({ path = [] }) => path.slice(2).join('.'));
      expect(paths).toContain(place);
      expect(answer.body.errors.find(({ path }) => path?.slice(2).join('.') === place)?.message).toContain(
        place.split('.').at(-1),
      );
      expect(JSON.stringify(answer.body)).not.toMatch(/test-key/);
    }
    expect(await pull()).toEqual(before);
  });

  test('a name that the schemas pass over', async () => {
    const config = JSON.parse('{"version":1,"gateways":{"__proto__":{}}}') as unknown;
    expect((await apply(config)).body.errors).toMatchObject([{ path: ['body', 'config', 'gateways', '__proto__'] }]);
  });

  test('all problems at once', async () => {
    const gateways = { prod: { cache_ttl: 'long', zdr: 1 }, other: { provider_configs: [{}] } };
    const { body } = await apply({ version: 1, gateways });
    expect(body.errors.map(({ message }) => message)).toEqual([
      '"gateways.prod.cache_ttl" must be a number, received \'long\'.',
      '"gateways.prod.zdr" must be true or false, received 1.',
      expect.stringContaining('gateways.other.provider_configs.0.alias'),
      expect.stringContaining('gateways.other.provider_configs.0.provider_slug'),
    ]);
  });

  test('a secret where this server has no master key', async () => {
    const keyless = await openWorld({ ...OPTIONS, masterKey: undefined });
    const { status } = await keyless.call('PUT', '/config', { config: inProd({ provider_configs: [key] }) });
    expect(status).toBe(400);
    expect((await pull(keyless)).gateways).toEqual({});
    await keyless.storage.close();
  });
});

test('what the database refuses midway leaves everything as it was', async () => {
  const database = await openNodeSqlite(':memory:');
  let failing = false;
  const breaking: SqlDatabase = {
    ...database,
    write: (writes) => database.write(failing ? [...writes.slice(0, -1), BROKEN] : writes),
  };
  const storage = createStorage(breaking, { masterKey: 'master-key-for-tests' });
  await storage.migrate();
  await storage.accounts.ensure('acme');
  const { token } = await storage.tokens.create({ account: 'acme', name: 'test' });
  const reported: unknown[] = [];
  const app = createManagement({ storage, ...OPTIONS, report: (error) => reported.push(error) });
  failing = true;
  const answer = await app.request('/client/v4/accounts/acme/ai-gateway/config', {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ config: FILE }),
  });
  expect(answer.status).toBe(500);
  expect(reported).toHaveLength(1);
  const { gateways, credentials, customProviders, datasets } = await storage.accountConfig.read('acme');
  expect([gateways, credentials, customProviders, datasets].flat()).toEqual([]);
  expect((await storage.audit.list('acme', { page: 1, perPage: 9 })).total).toBe(0);
  await storage.close();
});

test('the JSON Schema names every setting of a pulled file', async () => {
  await applied(FILE);
  const { gateways, custom_providers } = await pull();
  const { properties } = accountConfigSchema() as unknown as Node;
  const gateway = properties.gateways?.additionalProperties?.properties ?? {};
  expect(Object.keys(gateway).sort()).toEqual(Object.keys(gateways?.prod ?? {}).sort());
  const provider = properties.custom_providers?.additionalProperties?.properties ?? {};
  expect(Object.keys(provider).sort()).toEqual(Object.keys(custom_providers?.mine ?? {}).sort());
});

interface Node {
  readonly properties: Readonly<Record<string, Partial<Node>>>;
  readonly additionalProperties: Partial<Node>;
}

const BROKEN: SqlWrite = { sql: 'INSERT INTO accounts VALUES (NULL, NULL)', rows: [[]] };

function update(kind: string, id: string, ...fields: readonly (readonly [string, unknown, unknown])[]) {
  return { action: 'update', kind, id, fields: fields.map(([path, before, after]) => ({ path, before, after })) };
}
