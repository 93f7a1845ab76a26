import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeRuntime } from '@sluice/core/node';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { ConfigError, createSluice, readConfig, type Sluice, type SluiceConfig, startFailure, welcome } from 'sluice';
import { FastResponse, patchGlobalRequest, serve } from 'srvx/node';

try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig({
    env: (name) => process.env[name],
    names: Object.keys(process.env),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  let sluice: Sluice | undefined;
  try {
    sluice = await open(config);
    await listen(config, sluice);
  } catch (error) {
    throw startFailure(error, config, sluice?.newToken);
  }
}

async function open(config: SluiceConfig): Promise<Sluice> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const storage = createStorage(await openNodeSqlite(join(config.dataDir, 'sluice.db')));
  return createSluice(config, { runtime: nodeRuntime({ Response: FastResponse }), storage });
}

async function listen(config: SluiceConfig, sluice: Sluice): Promise<void> {
  // Hono makes new requests of those it gets, which srvx's are only prepared for like this.
  patchGlobalRequest();
  const server = serve({
    fetch: (request) => sluice.fetch(request, { waitUntil, clientAddress: request.ip }),
    hostname: config.host,
    port: config.port,
    silent: true,
    gracefulShutdown: false,
    // Clients reuse connections, and a load balancer's idle limit (mostly 60 s) should come first.
    node: { noDelay: true, keepAliveTimeout: 65_000 },
  });
  await server.ready();
  console.log(welcome(sluice, config, { port: Number(new URL(server.url ?? '').port) }));

  const stop = async (): Promise<void> => {
    const http = server.node?.server;
    // Connections whose answer comes to its end from now on have nothing to wait for.
    if (http !== undefined && 'keepAliveTimeout' in http) http.keepAliveTimeout = 1;
    const closed = server.close();
    await sluice.close();
    await closed;
    process.exit(0);
  };
  let isStopping = false;
  const onSignal = (): void => {
    // Whoever asks twice does not want to wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    void stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
}

/** A process lives on after the answer; `close` waits for what it must. */
function waitUntil(task: Promise<unknown>): void {
  task.catch((error) => console.error('Work after an answer failed.', error));
}
