import { createStorage, type SqlDatabase, type Storage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

let database: SqlDatabase;
let storage: Storage;
let token: string;
let time: number;
let isAway: boolean;
let isSilent: boolean;
let asked: number;

beforeEach(async () => {
  time = 1_700_000_000_000;
  isAway = false;
  isSilent = false;
  asked = 0;
  database = await openNodeSqlite(':memory:');
  const query: SqlDatabase['query'] = async (sql, params) => {
    asked++;
    if (isAway) throw new Error('connection refused');
    if (isSilent) return new Promise(() => {});
    return database.query(sql, params);
  };
  storage = createStorage({ ...database, query }, { now: () => time, masterKey: 'master-key-for-tests' });
  await storage.migrate();
  await storage.accounts.ensure('acme');
  await storage.settings.create({ account: 'acme', id: 'prod' });
  token = (await storage.tokens.create({ account: 'acme', name: 'ci' })).token;
  const credential = { account: 'acme', gateway: 'prod', provider: 'openai', alias: 'main' };
  await storage.credentials.create({ ...credential, secret: 'sk-test-secret' });
});
afterEach(async () => {
  vi.useRealTimers();
  await database.close();
});

describe.each([
  ['a gateway', async () => storage.settings.gateway('acme', 'prod'), { id: 'prod' }],
  ['a token', async () => storage.tokens.verify(token), { name: 'ci' }],
  [
    'credentials',
    async () => storage.credentials.credentials('acme', 'prod', 'openai'),
    [{ secret: 'sk-test-secret' }],
  ],
])('while the database is away, %s', (_, read, known) => {
  test('that is known stays in force, however long it takes', async () => {
    await read();
    isAway = true;
    for (const step of [2000, 60_000, 86_400_000]) {
      time += step;
      expect(await read()).toMatchObject(known);
    }
  });

  test('that nobody asked for yet is a passing failure with a sentence, and there when the database is back', async () => {
    isAway = true;
    const failure = await read().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'GatewayError', code: 'unavailable', status: 503 });
    expect(failure).toMatchObject({ message: expect.stringMatching(/^The database could not be asked for .*again/) });
    expect(String(failure)).not.toContain('sluice_');
    isAway = false;
    expect(await read()).toMatchObject(known);
  });
});

test('a database that is silent keeps one call a second waiting; the others go on or are refused at once', async () => {
  const known = () => storage.settings.gateway('acme', 'prod');
  const unknown = (id: string) => Promise.resolve(storage.settings.gateway('acme', id)).catch(({ code }) => code);
  await known();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  isSilent = true;
  void unknown('first');
  await vi.advanceTimersByTimeAsync(1000);
  const before = asked;
  const probe = unknown('probe');
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toBe(before + 1);
  expect(await unknown('second')).toBe('unavailable');
  await vi.advanceTimersByTimeAsync(1000);
  expect(await probe).toBe('unavailable');
  time += 2000;
  expect(await Promise.race([known(), vi.advanceTimersByTimeAsync(500)])).toMatchObject({ id: 'prod' });
  await expect(storage.tokens.verify(token)).rejects.toMatchObject({ code: 'unavailable' });
  isSilent = false;
  time += 1000;
  expect(await unknown('second')).toBeUndefined();
  expect(await storage.tokens.verify(token)).toMatchObject({ name: 'ci' });
});
