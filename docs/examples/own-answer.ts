import type { Plugin } from '@sluice/core';

export const ping: Plugin = {
  name: 'ping',
  stage: 'cache',
  setup: () => ({
    handle(call, next) {
      if (call.path !== 'ping') return next();
      const body = new TextEncoder().encode('pong');
      return { type: 'bytes', source: 'gateway', status: 200, headers: { 'content-type': 'text/plain' }, body };
    },
  }),
};
