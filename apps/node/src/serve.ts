import { nodeRuntime } from '@sluice/core/node';
import type { Sluice, SluiceConfig } from 'sluice';
import { type Listener, runApp, waitUntil } from 'sluice/node';
import { FastResponse, patchGlobalRequest, serve } from 'srvx/node';

await runApp({ runtime: nodeRuntime({ Response: FastResponse }), listen });

async function listen(config: SluiceConfig, sluice: Sluice): Promise<Listener> {
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
  return {
    port: Number(new URL(server.url ?? '').port),
    close: async () => {
      const http = server.node?.server;
      // Connections whose answer comes to its end from now on have nothing to wait for.
      if (http !== undefined && 'keepAliveTimeout' in http) http.keepAliveTimeout = 1;
      await server.close();
    },
  };
}
