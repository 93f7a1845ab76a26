import { createGateway } from '@sluice/core';
import { nodeRuntime } from '@sluice/core/node';
import { providers } from '@sluice/providers';
import { serve } from 'srvx';
import { allowModels } from './plugin.ts';

const gateway = createGateway({
  providers,
  plugins: [allowModels(['gpt-5-mini'])],
  baseUrls: { openai: process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1' },
  runtime: nodeRuntime(),
});

const server = serve({
  fetch: (request) => gateway.fetch(request),
  hostname: '127.0.0.1',
  port: Number(process.env.PORT ?? 3000),
  gracefulShutdown: false,
  silent: true,
});
await server.ready();
console.log(`Ready on ${server.url}`);

process.once('SIGTERM', async () => {
  const closed = server.close();
  await gateway.close();
  await closed;
});
