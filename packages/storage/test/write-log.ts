// A process of its own: opens the file or server named first, migrates it, and writes as many batches as the second says.
import process from 'node:process';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { openPostgres } from '@sluice/storage/postgres';
import { exampleRecord } from './example-record.ts';

const [place = '', batches = '', writer = ''] = process.argv.slice(2);
const storage = createStorage(await (place.includes('://') ? openPostgres(place) : openNodeSqlite(place)));
await storage.migrate();
await storage.accounts.ensure('account');
for (let batch = 0; batch < Number(batches); batch++) {
  const request = new TextEncoder().encode(`hello from ${writer}`);
  await storage.logs.insert(
    Array.from({ length: 20 }, (_, row) => ({
      record: exampleRecord(`${writer}-${batch}-${row}`),
      bodies: { request, response: null },
    })),
  );
}
const body = await storage.logs.body(`${writer}-0-0`, 'request');
const { token } = await storage.tokens.create({ account: 'account', name: writer });
const holder = await storage.tokens.verify(token);
await storage.close();
console.log(`${new TextDecoder().decode(body)} for ${holder?.account}`);
