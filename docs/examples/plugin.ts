import { GatewayError, type Plugin } from '@sluice/core';

/** Lets only the listed models through, and says in a header who answered. */
export function allowModels(allowed: readonly string[]): Plugin {
  return {
    name: 'allow-models',
    stage: 'guard',
    setup: () => ({
      handle(call, next) {
        const { model } = call.request;
        if (model !== null && allowed.includes(model)) return next();
        throw new GatewayError('invalid_request', `The model "${model}" is not allowed. Use ${allowed.join(' or ')}.`);
      },
      head(call, headers) {
        headers['x-answered-by'] = call.provider.id;
      },
    }),
  };
}
