import { fetchTransport, type Runtime, webRuntime } from '@sluice/core';
import { nodeSha256 } from '@sluice/core/node/sha256';
import type { Sluice, SluiceConfig } from 'sluice';
import { type Listener, runApp, waitUntil } from 'sluice/node';

await runApp({ runtime: bunRuntime(), listen });

async function listen(config: SluiceConfig, sluice: Sluice): Promise<Listener> {
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
  return { port: server.port ?? config.port, close: () => server.stop() };
}

function bunRuntime(): Runtime {
  // Bun's own limit of five minutes per request would cut long answers.
  const patient = (url: string, init: RequestInit) => fetch(url, { ...init, timeout: false });
  return webRuntime({
    name: 'bun',
    transport: fetchTransport({ fetch: patient, decodes: ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'] }),
    defer: (task) => void setImmediate(task),
    sha256: nodeSha256,
  });
}
