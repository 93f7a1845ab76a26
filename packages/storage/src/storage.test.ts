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
