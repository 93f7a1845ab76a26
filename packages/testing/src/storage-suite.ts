import type { LogEntry, LogRecord } from '@sluice/core';
import type { Gateway, NewCredential, NewGateway, Storage } from '@sluice/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testAccountConfig } from './storage/account-config.ts';
import { testAudit } from './storage/audit.ts';
import { testCustomProviders } from './storage/custom-providers.ts';
import { testDatasets } from './storage/datasets.ts';
import { testEvaluations } from './storage/evaluations.ts';
import { testLogFilters } from './storage/logs-filters.ts';
import { testLogLists } from './storage/logs-lists.ts';
import { testLogRemoval } from './storage/logs-removal.ts';
import { testRollups } from './storage/rollups.ts';
import { testSessions } from './storage/sessions.ts';
import { testTokens } from './storage/tokens.ts';
import { type StorageSubject, World } from './storage/world.ts';

export type { StorageSubject };

/** What every storage promises. Call it at the top of a test file; each test uses an account of its own. */
export function testStorage(create: () => Promise<StorageSubject>): void {
  const world = new World();
  beforeAll(async () => world.start(await create()));
  afterAll(() => world.stop());
  describe('migrations', () => testMigrations(world));
  describe('settings', () => testSettings(world));
  describe('tokens', () => testTokens(world));
  describe('sessions', () => testSessions(world));
  describe('audit', () => testAudit(world));
  describe('credentials', () => testCredentials(world));
  describe('logs', () => testLogs(world));
  describe('filters of the log', () => testLogFilters(world));
  describe('lists of the log', () => testLogLists(world));
  describe('the length of the log', () => testLogRemoval(world));
  describe('bodies', () => testBodies(world));
  describe('datasets', () => testDatasets(world));
  describe('evaluations', () => testEvaluations(world));
  describe('custom providers', () => testCustomProviders(world));
  describe('roll-ups', () => testRollups(world));
  describe('the configuration of an account', () => testAccountConfig(world));
}

function testMigrations(world: World): void {
  test('two processes that start at once take each step once', () => {
    const taken = world.migrations.flat();
    expect(taken).toContain('0000_init.sql');
    expect(new Set(taken).size).toBe(taken.length);
  });

  test('a later start takes no step', async () => {
    expect(await world.here.migrate()).toEqual([]);
  });
}

function testSettings(world: World): void {
  test('a gateway comes back as it was written', async () => {
    const account = await world.account();
    const wanted = fullGateway(account);
    const created = await world.here.settings.create(wanted);
    expect(created).toEqual({ ...wanted, cachePurgedAt: null, createdAt: world.time, modifiedAt: world.time });
    expect(await world.elsewhere.settings.get(account, wanted.id)).toEqual(created);
  });

  test('a gateway of which only the name is said is open, logs, and has nothing else switched on', async () => {
    const account = await world.account();
    const gateway = await world.here.settings.create({ account, id: 'plain' });
    expect(gateway).toMatchObject({ authentication: false, collectLogs: true, cacheTtl: 0, logManagement: 10_000_000 });
    expect(gateway).toMatchObject({
      zdr: false,
      dlp: null,
      guardrails: null,
      spendLimits: null,
      retryMaxAttempts: null,
    });
  });

  test('the same gateway twice is refused and the first stays', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'twice', authentication: true });
    const again = world.elsewhere.settings.create({ account, id: 'twice', authentication: false });
    await expect(again).rejects.toMatchObject({ code: 'already_exists', message: expect.stringContaining('twice') });
    expect((await world.here.settings.get(account, 'twice'))?.authentication).toBe(true);
  });

  test('a gateway of an unknown account is refused', async () => {
    const created = world.here.settings.create({ account: 'nobody', id: 'lost' });
    await expect(created).rejects.toMatchObject({ code: 'unknown_account' });
  });

  test('a list has the oldest first, is empty beyond its end, and keeps to its account', async () => {
    const account = await world.account();
    const other = await world.account();
    await world.here.settings.create({ account: other, id: 'not-mine' });
    for (const id of ['c', 'a', 'b']) {
      world.time++;
      await world.here.settings.create({ account, id });
    }
    const page = async (number: number) => {
      const { items, total } = await world.here.settings.list(account, { page: number, perPage: 2 });
      return { ids: items.map(({ id }) => id), total };
    };
    expect(await page(1)).toEqual({ ids: ['c', 'a'], total: 3 });
    expect(await page(2)).toEqual({ ids: ['b'], total: 3 });
    expect(await page(3)).toEqual({ ids: [], total: 3 });
  });

  test('a search is for a part of the id, and its signs mean themselves', async () => {
    const account = await world.account();
    for (const id of ['team_prod', 'team-dev', 'other']) await world.here.settings.create({ account, id });
    const search = async (text: string) => {
      const { items, total } = await world.here.settings.list(account, { page: 1, perPage: 10, search: text });
      expect(total).toBe(items.length);
      return items.map(({ id }) => id).sort();
    };
    expect(await search('TEAM')).toEqual(['team-dev', 'team_prod']);
    expect(await search('m_p')).toEqual(['team_prod']);
    expect(await search('%')).toEqual([]);
  });

  test('a known gateway is read from memory, without a promise', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'hot' });
    await world.here.settings.gateway(account, 'hot');
    expect(world.here.settings.gateway(account, 'hot')).toMatchObject({ id: 'hot', account });
  });

  test('an own change is seen at once, another process sees it within two seconds', async () => {
    const account = await world.account();
    expect(await world.here.settings.gateway(account, 'new')).toBeUndefined();
    expect(await world.elsewhere.settings.gateway(account, 'new')).toBeUndefined();
    await world.here.settings.create({ account, id: 'new' });
    expect(await world.here.settings.gateway(account, 'new')).toMatchObject({ id: 'new' });
    world.time += 2000;
    expect(await world.elsewhere.settings.gateway(account, 'new')).toMatchObject({ id: 'new' });
  });

  test('an update replaces everything but the age and what leaving out would open', async () => {
    const account = await world.account();
    const full = fullGateway(account);
    const { createdAt } = await world.here.settings.create(full);
    world.time += 5;
    const updated = await world.here.settings.update({ account, id: full.id, cacheTtl: 7 });
    expect(updated).toMatchObject({ cacheTtl: 7, traffic: null, retryMaxAttempts: null, collectLogs: true });
    expect(updated).toMatchObject({ authentication: true, cachePurgedAt: null, createdAt, modifiedAt: world.time });
    expect(await world.elsewhere.settings.get(account, full.id)).toEqual(updated);
    expect(await world.here.settings.update({ ...full, authentication: false })).toMatchObject({
      ...full,
      authentication: false,
    });
  });

  test('an update is seen at once here and within two seconds elsewhere', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'prod' });
    for (const { settings } of [world.here, world.elsewhere]) await settings.gateway(account, 'prod');
    await world.here.settings.update({ account, id: 'prod', cacheTtl: 60 });
    expect(await world.here.settings.gateway(account, 'prod')).toMatchObject({ cacheTtl: 60 });
    world.time += 2000;
    expect(await world.elsewhere.settings.gateway(account, 'prod')).toMatchObject({ cacheTtl: 60 });
  });

  test('an update purges the cache when the new settings want that, and leaves an older purge alone when not', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'prod', cacheInvalidateOnUpdate: true });
    const plain = await world.here.settings.update({ account, id: 'prod' });
    expect(plain).toMatchObject({ cacheInvalidateOnUpdate: false, cachePurgedAt: null });
    const purgedAt = ++world.time;
    const purged = await world.here.settings.update({ account, id: 'prod', cacheInvalidateOnUpdate: true });
    expect(purged).toMatchObject({ cachePurgedAt: purgedAt });
    world.time++;
    expect(await world.here.settings.update({ account, id: 'prod' })).toMatchObject({ cachePurgedAt: purgedAt });
  });

  test('a purge is remembered with its moment and seen at once', async () => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'prod' });
    await world.here.settings.gateway(account, 'prod');
    expect(await world.here.settings.purgeCache(account, 'prod')).toBe(true);
    expect(await world.here.settings.gateway(account, 'prod')).toMatchObject({ cachePurgedAt: world.time });
    expect(await world.here.settings.purgeCache(account, 'lost')).toBe(false);
  });

  test('what is not there is neither updated nor removed', async () => {
    const account = await world.account();
    expect(await world.here.settings.update({ account, id: 'lost' })).toBeUndefined();
    expect(await world.here.settings.remove(account, 'lost')).toBeUndefined();
    expect(await world.here.settings.get(account, 'lost')).toBeUndefined();
  });

  test('a removed gateway takes its tokens and credentials along, and leaves its log and everything else', async () => {
    const account = await world.account();
    const { settings, tokens, credentials, logs } = world.here;
    const made = await settings.create({ account, id: 'gateway' });
    await settings.create({ account, id: 'other' });
    const record = logRecord(account, 'row');
    await logs.insert([row(record)]);
    const scoped = await tokens.create({ account, name: 'scoped', kind: 'gateway', gateway: 'gateway' });
    const wide = await tokens.create({ account, name: 'wide', kind: 'gateway' });
    for (const gateway of ['gateway', 'other']) {
      await credentials.create(credential(account, { gateway }));
      expect(await credentials.credentials(account, gateway, 'openai')).toHaveLength(1);
    }
    for (const { token } of [scoped, wide]) expect(await tokens.verify(token)).toBeDefined();

    expect(await settings.remove(account, 'gateway')).toEqual(made);

    expect(await settings.gateway(account, 'gateway')).toBeUndefined();
    expect(await tokens.verify(scoped.token)).toBeUndefined();
    expect(await tokens.verify(wide.token)).toBeDefined();
    expect(await credentials.credentials(account, 'gateway', 'openai')).toEqual([]);
    expect(await credentials.credentials(account, 'other', 'openai')).toHaveLength(1);
    expect(await logs.get(account, 'gateway', record.id)).toEqual(record);
  });

  test('names that look alike when joined stay apart', async () => {
    const account = await world.account();
    await world.here.accounts.ensure(`${account}/x`);
    await world.here.settings.create({ account: `${account}/x`, id: 'y' });
    expect(await world.here.settings.gateway(`${account}/x`, 'y')).toMatchObject({ id: 'y' });
    expect(await world.here.settings.gateway(account, 'x/y')).toBeUndefined();
  });
}

function testCredentials(world: World): void {
  const gatewayOf = async (): Promise<string> => {
    const account = await world.account();
    await world.here.settings.create({ account, id: 'gateway' });
    return account;
  };

  test('a credential comes back to calls with its secret, and to people without', async () => {
    const account = await gatewayOf();
    const wanted = credential(account, { isDefault: true, rateLimit: 5, rateLimitPeriod: 60 });
    const record = await world.here.credentials.create(wanted);
    const { secret, ...shown } = wanted;
    const times = { createdAt: world.time, modifiedAt: world.time };
    expect(record).toEqual({ ...shown, ...times, id: expect.any(String), preview: 'sk-…abcd' });
    const { account: _, gateway: __, ...usable } = wanted;
    expect(await world.elsewhere.credentials.credentials(account, 'gateway', 'openai')).toEqual([
      { ...usable, id: record.id },
    ]);
    expect(await world.elsewhere.credentials.get(account, 'gateway', record.id)).toEqual(record);
    const page = await world.elsewhere.credentials.list(account, 'gateway', { page: 1, perPage: 5 });
    expect(page).toEqual({ items: [record], total: 1 });
    expect(JSON.stringify([record, page])).not.toContain(secret);
  });

  test('a secret comes back letter for letter', async () => {
    const account = await gatewayOf();
    const secret = JSON.stringify({ private_key: '-----BEGIN-----\nä語\n', n: 'x'.repeat(5000) });
    await world.here.credentials.create(credential(account, { secret }));
    const [stored] = await world.elsewhere.credentials.credentials(account, 'gateway', 'openai');
    expect(stored?.secret).toBe(secret);
  });

  test('credentials are given for one provider of one gateway, the oldest first, several of one alias too', async () => {
    const account = await gatewayOf();
    await world.here.settings.create({ account, id: 'other' });
    for (const change of [{ secret: 'sk-test-1' }, { secret: 'sk-test-2' }, { alias: 'b', secret: 'sk-test-3' }]) {
      world.time++;
      await world.here.credentials.create(credential(account, change));
    }
    world.time++;
    await world.here.credentials.create(credential(account, { provider: 'anthropic' }));
    await world.here.credentials.create(credential(account, { gateway: 'other' }));
    const stored = await world.here.credentials.credentials(account, 'gateway', 'openai');
    expect(stored.map(({ alias, secret }) => [alias, secret])).toEqual([
      ['main', 'sk-test-1'],
      ['main', 'sk-test-2'],
      ['b', 'sk-test-3'],
    ]);
    const page = await world.here.credentials.list(account, 'gateway', { page: 2, perPage: 3 });
    expect(page).toMatchObject({ items: [{ provider: 'anthropic' }], total: 4 });
  });

  test('known credentials are read from memory, without a promise', async () => {
    const account = await gatewayOf();
    await world.here.credentials.create(credential(account));
    await world.here.credentials.credentials(account, 'gateway', 'openai');
    expect(world.here.credentials.credentials(account, 'gateway', 'openai')).toMatchObject([{ alias: 'main' }]);
    await world.here.credentials.credentials(account, 'gateway', 'groq');
    expect(world.here.credentials.credentials(account, 'gateway', 'groq')).toEqual([]);
  });

  test('one alias of a provider is the default: the last that was made so', async () => {
    const account = await gatewayOf();
    const { credentials } = world.here;
    const defaults = async (provider: string) =>
      (await credentials.credentials(account, 'gateway', provider))
        .filter(({ isDefault }) => isDefault)
        .map(({ alias }) => alias);
    const a = await credentials.create(credential(account, { alias: 'a', isDefault: true }));
    await credentials.create(credential(account, { alias: 'a', isDefault: true }));
    await credentials.create(credential(account, { provider: 'groq', alias: 'c', isDefault: true }));
    expect(await defaults('openai')).toEqual(['a', 'a']);
    await credentials.create(credential(account, { alias: 'b', isDefault: true }));
    expect(await defaults('openai')).toEqual(['b']);
    await credentials.update({ account, gateway: 'gateway', id: a.id, alias: 'a', isDefault: true });
    expect(await defaults('openai')).toEqual(['a']);
    expect(await defaults('groq')).toEqual(['c']);
  });

  test('a change keeps the secret unless it brings another, and is seen at once', async () => {
    const account = await gatewayOf();
    const { credentials } = world.here;
    const made = await credentials.create(credential(account, { rateLimit: 5, rateLimitPeriod: 60 }));
    const stored = () => credentials.credentials(account, 'gateway', 'openai');
    await stored();
    world.time++;
    const { id } = made;
    const renamed = await credentials.update({ account, gateway: 'gateway', id, alias: 'b' });
    const unlimited = { rateLimit: null, rateLimitPeriod: null };
    expect(renamed).toEqual({ ...made, ...unlimited, alias: 'b', modifiedAt: world.time });
    expect(await stored()).toMatchObject([{ alias: 'b', secret: credential(account).secret }]);
    const secret = 'sk-test-another-secret-wxyz';
    const rotated = await credentials.update({ account, gateway: 'gateway', id, alias: 'b', secret });
    expect(rotated).toMatchObject({ preview: 'sk-…wxyz' });
    expect(await stored()).toMatchObject([{ secret }]);
  });

  test('a removed credential serves no call: at once here, within two seconds elsewhere', async () => {
    const account = await gatewayOf();
    const made = await world.here.credentials.create(credential(account));
    const stored = ({ credentials }: Storage) => credentials.credentials(account, 'gateway', 'openai');
    for (const process of [world.here, world.elsewhere]) expect(await stored(process)).toHaveLength(1);
    expect(await world.here.credentials.remove(account, 'gateway', made.id)).toEqual(made);
    expect(await stored(world.here)).toEqual([]);
    world.time += 2000;
    expect(await stored(world.elsewhere)).toEqual([]);
  });

  test('what is not there, or another gateway’s, is neither shown, changed nor removed', async () => {
    const account = await gatewayOf();
    await world.here.settings.create({ account, id: 'other' });
    const { id } = await world.here.credentials.create(credential(account));
    const { credentials } = world.here;
    expect(await credentials.get(account, 'other', id)).toBeUndefined();
    expect(await credentials.update({ account, gateway: 'other', id, alias: 'stolen' })).toBeUndefined();
    expect(await credentials.remove(account, 'other', id)).toBeUndefined();
    expect(await credentials.get(account, 'gateway', id)).toMatchObject({ alias: 'main' });
  });

  test('a credential of an unknown gateway is refused', async () => {
    const lost = world.here.credentials.create(credential(await world.account()));
    await expect(lost).rejects.toMatchObject({ code: 'unknown_gateway' });
  });
}

function testLogs(world: World): void {
  test('a row comes back as it was written, what is unknown as null', async () => {
    const account = await world.account();
    const full = {
      ...logRecord(account, 'full'),
      tokensIn: 12,
      costNanos: 9_007_199_254_740_991,
      metadata: { team: 'a', n: 1, on: true },
    };
    const bare = { ...logRecord(account, 'bare'), tokensIn: null, costNanos: null, metadata: null, errorCode: null };
    await world.here.logs.insert([row(full), row(bare)]);
    expect(await world.elsewhere.logs.get(account, 'gateway', full.id)).toEqual(full);
    expect(await world.elsewhere.logs.get(account, 'gateway', bare.id)).toEqual(bare);
  });

  test('a batch is written whole or not at all', async () => {
    const account = await world.account();
    const broken = { ...logRecord(account, 'broken'), provider: null as unknown as string };
    const batch = [row(logRecord(account, 'good'), text('hello')), row(broken)];
    await expect(world.here.logs.insert(batch)).rejects.toThrow();
    expect(await world.here.logs.list(account, 'gateway', { page: 1, perPage: 5 })).toEqual({ items: [], total: 0 });
    expect(await world.here.logs.body(`${account}-good`, 'request')).toBeUndefined();
  });

  test('writing the same id twice keeps the first, with its bodies', async () => {
    const account = await world.account();
    const first = logRecord(account, 'same');
    await world.here.logs.insert([row(first, text('first'))]);
    await world.here.logs.insert([row({ ...first, model: 'late' }, text('late')), row(logRecord(account, 'next'))]);
    expect(await world.here.logs.get(account, 'gateway', first.id)).toEqual(first);
    expect(await world.here.logs.body(first.id, 'request')).toEqual(text('first'));
    expect((await world.here.logs.list(account, 'gateway', { page: 1, perPage: 5 })).total).toBe(2);
  });

  test('an empty batch is fine', async () => {
    await world.here.logs.insert([]);
  });

  test('a list has the newest first or last, is empty beyond its end, and keeps to its gateway', async () => {
    const account = await world.account();
    const at = (name: string, createdAt: number): LogRecord => ({ ...logRecord(account, name), createdAt });
    const elsewhere = { ...at('elsewhere', 9), gateway: 'other' };
    // Two rows of one millisecond: the id decides, so that pages neither repeat nor skip one.
    await world.here.logs.insert(
      [at('b', 2), at('a', 2), at('c', 3), at('d', 1), elsewhere].map((record) => row(record)),
    );
    const page = async (number: number, direction?: 'asc' | 'desc') => {
      const { items, total } = await world.here.logs.list(account, 'gateway', { page: number, perPage: 3, direction });
      return { names: items.map(({ id }) => id.slice(account.length + 1)), total };
    };
    expect(await page(1)).toEqual({ names: ['c', 'b', 'a'], total: 4 });
    expect(await page(2)).toEqual({ names: ['d'], total: 4 });
    expect(await page(3)).toEqual({ names: [], total: 4 });
    expect(await page(1, 'asc')).toEqual({ names: ['d', 'a', 'b'], total: 4 });
  });

  test('a row is found only under its own account and gateway', async () => {
    const account = await world.account();
    const record = logRecord(account, 'mine');
    await world.here.logs.insert([row(record)]);
    expect(await world.here.logs.get(await world.account(), 'gateway', record.id)).toBeUndefined();
    expect(await world.here.logs.get(account, 'other', record.id)).toBeUndefined();
  });

  test('two hundred rows fit into one batch', async () => {
    const account = await world.account();
    const batch = Array.from({ length: 200 }, (_, number) => row(logRecord(account, `row-${number}`), text('x')));
    await world.here.logs.insert(batch);
    expect((await world.here.logs.list(account, 'gateway', { page: 1, perPage: 1 })).total).toBe(200);
  });
}

function testBodies(world: World): void {
  test('a body of several megabytes comes back byte for byte', async () => {
    const record = logRecord(await world.account(), 'large');
    const response = Uint8Array.from({ length: 2_500_001 }, (_, position) => (position * 31) % 256);
    await world.here.logs.insert([{ record, bodies: { request: text('ask'), response } }]);
    expect(await world.elsewhere.logs.body(record.id, 'request')).toEqual(text('ask'));
    const read = await world.elsewhere.logs.body(record.id, 'response');
    expect(read?.length).toBe(response.length);
    expect(read?.every((byte, position) => byte === response[position])).toBe(true);
  });

  test('a text of several megabytes comes back as it was, wherever it is cut into pieces', async () => {
    const record = logRecord(await world.account(), 'text');
    const said = `\uFEFFx${'é'.repeat(600_000)}\u0000${'語'.repeat(300_000)}`;
    await world.here.logs.insert([{ record, bodies: { request: text(said), response: null } }]);
    const read = await world.elsewhere.logs.body(record.id, 'request');
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(read) === said).toBe(true);
  });

  test('what was not kept is undefined, what was empty is empty', async () => {
    const account = await world.account();
    const [kept, dropped] = [logRecord(account, 'kept'), logRecord(account, 'dropped')];
    await world.here.logs.insert([{ record: kept, bodies: { request: null, response: text('') } }, row(dropped)]);
    expect(await world.here.logs.body(kept.id, 'request')).toBeUndefined();
    expect(await world.here.logs.body(kept.id, 'response')).toEqual(text(''));
    expect(await world.here.logs.body(dropped.id, 'response')).toBeUndefined();
    expect(await world.here.logs.bodyHead(dropped.id, 'response', 10)).toBeUndefined();
  });

  test('a head says whether it is the whole', async () => {
    const record = logRecord(await world.account(), 'head');
    await world.here.logs.insert([row(record, text('hello'))]);
    const head = (maxBytes: number) => world.here.logs.bodyHead(record.id, 'request', maxBytes);
    expect(await head(4)).toEqual({ bytes: text('hell'), complete: false });
    expect(await head(5)).toEqual({ bytes: text('hello'), complete: true });
    expect(await head(6)).toEqual({ bytes: text('hello'), complete: true });
  });

  test('a head counts bytes, not characters', async () => {
    const record = logRecord(await world.account(), 'narrow');
    await world.here.logs.insert([row(record, text('é\u0000é'))]);
    const head = (maxBytes: number) => world.here.logs.bodyHead(record.id, 'request', maxBytes);
    expect(await head(4)).toEqual({ bytes: text('é\u0000é').subarray(0, 4), complete: false });
    expect(await head(5)).toEqual({ bytes: text('é\u0000é'), complete: true });
  });
}

const utf8 = new TextEncoder();

function text(value: string): Uint8Array {
  return utf8.encode(value);
}

function row(record: LogRecord, request: Uint8Array | null = null): LogEntry {
  return { record, bodies: request === null ? null : { request, response: null } };
}

function fullGateway(account: string): Omit<Gateway, 'createdAt' | 'modifiedAt' | 'cachePurgedAt'> & NewGateway {
  return {
    account,
    id: 'full',
    description: 'Ünïcode and "quotes"',
    isDefault: true,
    authentication: true,
    collectLogs: false,
    logManagement: 10_000,
    logManagementStrategy: 'STOP_INSERTING',
    logClassification: true,
    logpush: true,
    logpushPublicKey: 'sk-test-public-key',
    cacheTtl: 300,
    cacheInvalidateOnUpdate: true,
    rateLimitingInterval: 60,
    rateLimitingLimit: null,
    rateLimitingTechnique: 'sliding',
    retryMaxAttempts: 3,
    retryDelay: 100,
    retryBackoff: 'exponential',
    byokOnly: true,
    storeId: 'store',
    workersAiBillingMode: 'unified',
    zdr: true,
    dlp: { enabled: true, action: 'FLAG', profiles: ['p'] },
    guardrails: { prompt: { S1: 'BLOCK' }, response: {} },
    otel: [{ url: 'https://otel.example/v1/traces', headers: {} }],
    spendLimits: { enabled: true, rules: [] },
    stripe: { authorization: 'sk-test-stripe', usage_events: [{ payload: '{}' }] },
    traffic: { cache: { streams: false }, rateLimits: [{ id: 'slots', unit: 'concurrency', limit: 5 }] },
  };
}

function credential(account: string, change: Partial<NewCredential> = {}) {
  const secret = 'sk-test-secret-of-openai-abcd';
  const unlimited = { rateLimit: null, rateLimitPeriod: null };
  return {
    account,
    gateway: 'gateway',
    provider: 'openai',
    alias: 'main',
    isDefault: false,
    secret,
    ...unlimited,
    ...change,
  };
}

function logRecord(account: string, name: string): LogRecord {
  return {
    id: `${account}-${name}`,
    account,
    gateway: 'gateway',
    createdAt: 1_700_000_000_123,
    eventId: 'event',
    step: 1,
    provider: 'openai',
    model: 'gpt-test',
    modelType: 'chat',
    method: 'POST',
    path: 'v1/chat/completions',
    requestType: 'native',
    requestContentType: 'application/json',
    responseContentType: 'text/event-stream',
    statusCode: 200,
    success: true,
    cached: false,
    streamed: true,
    abandoned: false,
    partial: true,
    errorCode: 'upstream_interrupted',
    errorMessage: 'It broke off: "–"',
    finishReason: 'length',
    durationMs: 1234,
    latencyMs: 56,
    timeToFirstChunkMs: 78,
    tokensIn: 1,
    tokensOut: 2,
    cacheReadTokens: 3,
    cacheWriteTokens: 4,
    reasoningTokens: 5,
    inputAudioTokens: 6,
    outputAudioTokens: 7,
    costNanos: 8,
    customCost: true,
    metadata: null,
    userAgent: 'test/1',
    authenticated: true,
    requestSize: 9,
    responseSize: 10,
    feedback: null,
    score: null,
    attempts: [
      {
        provider: 'openai',
        model: null,
        step: 0,
        credential: null,
        startedAt: 1,
        durationMs: null,
        status: null,
        error: 'reset',
      },
    ],
  };
}
