import { createApp } from './app.ts';

export default {
  fetch: (request: Request, env: { UPSTREAM: string }) => createApp(env.UPSTREAM).fetch(request),
};
