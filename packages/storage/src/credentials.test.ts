import { inspect } from 'node:util';
import { createStorage, type SqlDatabase } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MASTER_KEY = 'master-key-for-tests';
const SECRET = 'sk-test-secret-of-openai-abcd';
const WANTED = { account: 'acme', gateway: 'prod', provider: 'openai', alias: 'main', secret: SECRET };

let database: SqlDatabase;

beforeEach(async () => {
  database = await openNodeSqlite(':memory:');
  const storage = createStorage(database);
  await storage.migrate();
  await storage.accounts.ensure('acme');
  await storage.settings.create({ account: 'acme', id: 'prod' });
});
afterEach(() => database.close());

test('the database holds no secret that can be read', async () => {
  const { credentials } = createStorage(database, { masterKey: MASTER_KEY });
  await credentials.create(WANTED);
  const rows = await database.query('SELECT * FROM credentials', []);
  const bytes = rows[0]?.find((value) => value instanceof Uint8Array);
  expect(bytes?.length).toBeGreaterThan(SECRET.length);
  expect(JSON.stringify(rows) + new TextDecoder('latin1').decode(bytes)).not.toContain('secret-of-openai');
});

test.each([
  [SECRET, 'sk-…abcd'],
  ['AIzaTest1234', '…1234'],
  ['gsk_test567890', 'gsk_…7890'],
  ['sk-test-123', '…'],
  ['{"secretAccessKey":"test-secret-1234567890"}', '…'],
])('of %s people see %s', async (secret, preview) => {
  const { credentials } = createStorage(database, { masterKey: MASTER_KEY });
  expect(await credentials.create({ ...WANTED, secret })).toMatchObject({ preview });
});

test('without a master key nothing is stored, the way out is said, and calls find nothing', async () => {
  await createStorage(database, { masterKey: MASTER_KEY }).credentials.create(WANTED);
  const { credentials } = createStorage(database);
  await expect(credentials.create(WANTED)).rejects.toMatchObject({
    code: 'no_master_key',
    message: expect.stringMatching(/^Set SLUICE_MASTER_KEY/),
  });
  expect(await credentials.credentials('acme', 'prod', 'openai')).toEqual([]);
  expect(await credentials.list('acme', 'prod', { page: 1, perPage: 5 })).toMatchObject({ total: 1 });
});

test('with another master key calls hear that, and a new secret under the new key puts it right', async () => {
  const { id } = await createStorage(database, { masterKey: MASTER_KEY }).credentials.create(WANTED);
  const { credentials } = createStorage(database, { masterKey: 'another-master-key' });
  const opened = async () => credentials.credentials('acme', 'prod', 'openai');
  await expect(opened()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('SLUICE_MASTER_KEY'),
    cause: { code: 'wrong_master_key' },
  });
  await credentials.update({ account: 'acme', gateway: 'prod', id, alias: 'main', secret: SECRET });
  expect(await opened()).toMatchObject([{ secret: SECRET }]);
});

test('after a change of the master key those that are stored anew count, whatever the others are', async () => {
  await createStorage(database, { masterKey: MASTER_KEY }).credentials.create(WANTED);
  const { credentials } = createStorage(database, { masterKey: 'another-master-key' });
  await credentials.create({ ...WANTED, secret: 'sk-test-stored-anew' });
  expect(await credentials.credentials('acme', 'prod', 'openai')).toMatchObject([{ secret: 'sk-test-stored-anew' }]);
});

test('a sealed secret that is moved to another row does not open there', async () => {
  const { credentials } = createStorage(database, { masterKey: MASTER_KEY });
  await credentials.create(WANTED);
  await credentials.create({ ...WANTED, provider: 'anthropic' });
  const sql = "UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE provider = 'openai')";
  await database.write([{ sql, rows: [[]] }]);
  expect(await credentials.credentials('acme', 'prod', 'openai')).toMatchObject([{ secret: SECRET }]);
  const moved = async () => credentials.credentials('acme', 'prod', 'anthropic');
  await expect(moved()).rejects.toMatchObject({ cause: { code: 'wrong_master_key' } });
});

test('no secret gets into the error of a database that fails', async () => {
  const write = () => Promise.reject(new Error('disk full'));
  const { credentials } = createStorage({ ...database, write }, { masterKey: MASTER_KEY });
  const error = await credentials.create(WANTED).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: 'disk full' });
  expect(inspect(error)).not.toContain('sk-test');
});
