import { inspect } from 'node:util';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { expect, test } from 'vitest';

test('a database that fails is named as the cause, and no secret gets into the error', async () => {
  const database = await openNodeSqlite(':memory:');
  await createStorage(database).migrate();
  const failing = {
    ...database,
    query: async (sql: string, params: Parameters<typeof database.query>[1]) => {
      if (sql.startsWith('insert')) throw new Error('disk full');
      return database.query(sql, params);
    },
  };
  await database.write([{ sql: "INSERT INTO accounts VALUES ('acme', 0)", rows: [[]] }]);
  const stripe = { authorization: 'sk-test-stripe', usage_events: [] };
  const error = await createStorage(failing)
    .settings.create({ account: 'acme', id: 'prod', stripe })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ cause: { message: 'disk full' } });
  expect(inspect(error)).not.toContain('sk-test-stripe');
  await database.close();
});

test('a gateway whose authentication nobody chose has what each process says, and is authenticated until it does', async () => {
  const database = await openNodeSqlite(':memory:');
  const here = createStorage(database);
  await here.migrate();
  await here.accounts.ensure('acme');
  expect(await here.settings.create({ account: 'acme', id: 'automatic', authentication: null })).toMatchObject({
    authentication: true,
  });
  await here.settings.create({ account: 'acme', id: 'closed', authentication: true });
  await here.settings.create({ account: 'acme', id: 'open', authentication: false });
  const elsewhere = createStorage(database);
  const opens = async ({ settings }: typeof here) => ({
    read: (await settings.get('acme', 'automatic'))?.authentication,
    onPath: (await settings.gateway('acme', 'automatic'))?.authentication,
    list: (await settings.list('acme', { page: 1, perPage: 9 })).items.map(({ id, authentication }) => [
      id,
      authentication,
    ]),
  });
  const chosen = [
    ['closed', true],
    ['open', false],
  ];
  expect(await opens(here)).toEqual({ read: true, onPath: true, list: [['automatic', true], ...chosen] });
  here.settings.setAutomaticAuthentication(false);
  expect(await opens(here)).toEqual({ read: false, onPath: false, list: [['automatic', false], ...chosen] });
  expect(await opens(elsewhere)).toEqual({ read: true, onPath: true, list: [['automatic', true], ...chosen] });
  await database.close();
});
