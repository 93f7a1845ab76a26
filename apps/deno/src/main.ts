import { fetchTransport, webRuntime } from '@sluice/core';
import { nodeSha256 } from '@sluice/core/node/sha256';
import type { Sluice, SluiceConfig } from 'sluice';
import { type Listener, runApp, waitUntil } from 'sluice/node';
import { decodingFetch } from './decoding-fetch.ts';

const transport = fetchTransport({ fetch: decodingFetch });
await runApp({ runtime: webRuntime({ name: 'deno', transport, sha256: nodeSha256 }), listen });

async function listen(config: SluiceConfig, sluice: Sluice): Promise<Listener> {
  const { promise: port, resolve } = Promise.withResolvers<number>();
  const server = Deno.serve(
    { hostname: config.host, port: config.port, onListen: (address) => resolve(address.port) },
    (request, { remoteAddr }) => sluice.fetch(request, { waitUntil, clientAddress: remoteAddr.hostname }),
  );
  return { port: await port, close: () => server.shutdown() };
}
