import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchTransport, webRuntime } from '@sluice/core';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { ConfigError, createSluice, readConfig, type Sluice, type SluiceConfig, startFailure, welcome } from 'sluice';

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
  return createSluice(config, { runtime: bunRuntime(), storage });
}

async function listen(config: SluiceConfig, sluice: Sluice): Promise<void> {
  const server = Bun.serve({
    fetch: (request, server) =>
      sluice.fetch(request, {
        waitUntil,
        get clientAddress() {
          return server.requestIP(request)?.address;
        },
      }),
    hostname: config.host,
    port: config.port,
    // The gateway has limits of its own, which know how long a model may think and which answer explains a 413.
    idleTimeout: 0,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
  });
  console.log(welcome(sluice, config, { port: server.port ?? config.port }));

  const stop = async (): Promise<void> => {
    const closed = server.stop();
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

function bunRuntime() {
  // Bun's own limit of five minutes per request would cut long answers.
  const patient = (url: string, init: RequestInit) => fetch(url, { ...init, timeout: false });
  return webRuntime({
    name: 'bun',
    transport: fetchTransport({ fetch: patient, decodes: ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'] }),
    defer: (task) => void setImmediate(task),
  });
}

/** A process lives on after the answer; `close` waits for what it must. */
function waitUntil(task: Promise<unknown>): void {
  task.catch((error) => console.error('Work after an answer failed.', error));
}
