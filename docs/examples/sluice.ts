import { nodeRuntime } from '@sluice/core/node';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { createSluice, readConfig, welcome } from 'sluice';
import { patchGlobalRequest, serve } from 'srvx/node';

const config = readConfig({ env: (name) => process.env[name] });
const storage = createStorage(await openNodeSqlite('./sluice.db'));
const sluice = await createSluice(config, { runtime: nodeRuntime(), storage });

// The management API makes copies of requests, which srvx's are only prepared for like this.
patchGlobalRequest();
const server = serve({
  fetch: (request) => sluice.fetch(request),
  hostname: config.host,
  port: config.port,
  gracefulShutdown: false,
  silent: true,
});
await server.ready();
console.log(welcome(sluice, config, { port: Number(new URL(server.url ?? '').port), data: './sluice.db' }));

process.once('SIGTERM', async () => {
  const closed = server.close();
  await sluice.close();
  await closed;
});
