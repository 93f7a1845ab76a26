import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fetchTransport, webRuntime } from '@sluice/core';
import { createStorage } from '@sluice/storage';
import { openNodeSqlite } from '@sluice/storage/node-sqlite';
import { ConfigError, createSluice, readConfig, type Sluice, type SluiceConfig, startFailure, welcome } from 'sluice';
import { decodingFetch } from './decoding-fetch.ts';

try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  Deno.exit(1);
}

async function main(): Promise<void> {
  const config = readConfig({
    env: (name) => Deno.env.get(name),
    names: Object.keys(Deno.env.toObject()),
    readFile: (path) => Deno.readTextFileSync(path),
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
  const runtime = webRuntime({ name: 'deno', transport: fetchTransport({ fetch: decodingFetch }) });
  return createSluice(config, { runtime, storage });
}

async function listen(config: SluiceConfig, sluice: Sluice): Promise<void> {
  const server = Deno.serve(
    {
      hostname: config.host,
      port: config.port,
      onListen: ({ port }) => console.log(welcome(sluice, config, { port })),
    },
    (request, { remoteAddr }) => sluice.fetch(request, { waitUntil, clientAddress: remoteAddr.hostname }),
  );

  const stop = async (): Promise<void> => {
    const closed = server.shutdown();
    await sluice.close();
    await closed;
    Deno.exit(0);
  };
  let isStopping = false;
  const onSignal = (): void => {
    // Whoever asks twice does not want to wait.
    if (isStopping) Deno.exit(1);
    isStopping = true;
    void stop();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) Deno.addSignalListener(signal, onSignal);
}

/** A process lives on after the answer; `close` waits for what it must. */
function waitUntil(task: Promise<unknown>): void {
  task.catch((error) => console.error('Work after an answer failed.', error));
}
