import { createGateway } from '@sluice/core';
import { providers } from '@sluice/providers';
import { Hono } from 'hono';
import { allowModels } from './plugin.ts';

export function createApp(upstream: string) {
  const gateway = createGateway({
    providers,
    plugins: [allowModels(['gpt-5-mini'])],
    baseUrls: { openai: upstream },
    basePath: '/ai/v1',
  });
  return new Hono().get('/', (c) => c.text('an app of its own')).all('/ai/v1/*', (c) => gateway.fetch(c.req.raw));
}
