import { type Call, GatewayError, isUniversal, type Plugin } from '@sluice/core';
import type { ContextWindow } from './context-window.ts';
import type { IsGatewayToken } from './gateway-tokens.ts';
import { planSteps } from './plan.ts';
import { takeInTurn } from './take-in-turn.ts';

export interface FallbackOptions {
  /** How many tokens a model takes. A request that was too long for one is not sent to those known to take no more. */
  readonly contextWindow?: ContextWindow;
  /** Says whether a credential in a step is a gateway token, which is then kept from the vendor; none is unless set. */
  readonly isGatewayToken?: IsGatewayToken;
}

/**
 * Answers the gateway's own address, `POST /v1/{account}/{gateway}`: takes the steps in its body one after the other until
 * one answers. All other calls pass untouched.
 */
export function fallback(options: FallbackOptions = {}): Plugin {
  const { contextWindow = () => undefined, isGatewayToken = () => false } = options;
  return {
    name: 'fallback',
    stage: 'step',
    setup: (host) => ({
      handle(call, next) {
        if (!isUniversal(call)) return next();
        if (call.method !== 'POST') throw onlyPost(call);
        const planned = planSteps(call, { locate: host.locate, isGatewayToken });
        return planned.then((steps) => takeInTurn(steps, { call, next, host, contextWindow }));
      },
    }),
  };
}

function onlyPost({ method }: Call): GatewayError {
  return new GatewayError(
    'not_found',
    `nothing answers ${method} at the gateway's own address. Send POST with an array of steps there, or call one ` +
      'provider below it, at {this address}/{provider}/{path of the provider}.',
  );
}
