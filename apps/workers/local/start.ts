import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig, type SluiceConfig } from 'sluice';
import { masterKeyOf } from 'sluice/node';
import { unstable_startWorker as startWorker } from 'wrangler';

// `npm run start:workers`: the Worker on this machine, in workerd, with a local D1. No account, no network.
try {
  await main();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

async function main(): Promise<void> {
  // Where a request comes from is nothing to ask the network about.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  const config = readConfig({ env: (name) => process.env[name], names: Object.keys(process.env) });
  const worker = await startWorker({
    config: fileURLToPath(new URL('../wrangler.jsonc', import.meta.url)),
    bindings: bindingsOf(config),
    dev: {
      remote: false,
      server: { hostname: config.host, port: config.port },
      persist: resolve(config.dataDir, 'workers'),
      watch: false,
      inspector: false,
      logLevel: 'error',
      structuredLogsHandler: print,
    },
  });
  await worker.ready;

  const stop = async (): Promise<void> => {
    await worker.dispose();
    process.exit(0);
  };
  let isStopping = false;
  const onSignal = (): void => {
    // Whoever asks twice does not want to wait.
    if (isStopping) process.exit(1);
    isStopping = true;
    void stop();
  };
  // workerd's own keeper ends the process at once, as if it had been killed; `dispose` does its work in order.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(signal).on(signal, onSignal);

  // The first request opens the database and prints where things are.
  await worker.fetch(`${await worker.url}health`);
}

/** Gives the Worker the settings of this process. */
function bindingsOf(config: SluiceConfig): Record<string, { type: 'secret_text'; value: string }> {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('SLUICE_'));
  const { host, port, dataDir } = config;
  const masterKey = masterKeyOf(config);
  const own = {
    HOST: host,
    PORT: String(port),
    SLUICE_DATA_DIR: dataDir,
    ...(masterKey !== undefined && { SLUICE_MASTER_KEY: masterKey }),
  };
  const all = { ...Object.fromEntries(settings), ...own };
  return Object.fromEntries(
    Object.entries(all).map(([name, value = '']) => [name, { type: 'secret_text' as const, value }]),
  );
}

/** What the Worker says, without the decoration of a development tool. */
function print({ level, message }: { readonly level: string; readonly message: string }): void {
  if (level === 'error') console.error(message);
  else console.log(message);
}
