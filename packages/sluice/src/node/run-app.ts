import { readFileSync } from 'node:fs';
import process from 'node:process';
import type { Runtime } from '@sluice/core';
import { ConfigError } from '../config/config-error.ts';
import { readConfig, type SluiceConfig } from '../config/read-config.ts';
import { createSluice, type Sluice } from '../create-sluice.ts';
import { DatabaseUnusable, startFailure } from '../start-failure.ts';
import { welcome } from '../welcome.ts';
import { openPlatform } from './open-platform.ts';

/** What differs between the servers of Node, Bun and Deno. */
export interface App {
  readonly runtime: Runtime;
  /** Listens as configured and answers with `sluice.fetch`. */
  listen(config: SluiceConfig, sluice: Sluice): Promise<Listener>;
}

/** A server that listens. */
export interface Listener {
  readonly port: number;
  /** Takes no more connections; resolves when those that are open have ended. */
  close(): Promise<void>;
}

/** Runs an app as a process: from the environment to the first call, and from a signal to a clean end. */
export async function runApp(app: App): Promise<void> {
  try {
    await start(app);
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}

/** A process lives on after the answer; `close` waits for what it must. */
export function waitUntil(task: Promise<unknown>): void {
  task.catch((error) => console.error('Work after an answer failed.', error));
}

async function start(app: App): Promise<void> {
  const config = readConfig({
    env: (name) => process.env[name],
    names: Object.keys(process.env),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  let sluice: Sluice | undefined;
  try {
    sluice = await open(config, app.runtime);
    const listener = await app.listen(config, sluice);
    console.log(welcome(sluice, config, { port: listener.port }));
    stopOnSignal(sluice, listener);
  } catch (error) {
    throw startFailure(error, config, sluice?.newToken);
  }
}

async function open(config: SluiceConfig, runtime: Runtime): Promise<Sluice> {
  const platform = await openPlatform(config, runtime);
  try {
    return await createSluice(config, platform);
  } catch (cause) {
    await platform.close();
    if (config.databaseUrl === undefined || cause instanceof ConfigError) throw cause;
    throw new DatabaseUnusable('The storage could not be prepared.', { cause });
  }
}

function stopOnSignal(sluice: Sluice, listener: Listener): void {
  const stop = async (): Promise<void> => {
    const closed = listener.close();
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
