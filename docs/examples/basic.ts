import { createGateway } from '@sluice/core';
import { providers } from '@sluice/providers';
import { Hono } from 'hono';

const gateway = createGateway({ providers, basePath: '/ai/v1' });

const app = new Hono();
app.get('/', (c) => c.text('an app of your own'));
app.all('/ai/v1/*', (c) => gateway.fetch(c.req.raw));

export default app;
