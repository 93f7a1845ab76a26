import type { Call, Counters, Plugin } from '@sluice/core';
import { Limiter } from './limiter.ts';

export interface RateLimitOptions {
  /** Where counts are kept. Whoever made it closes it. */
  readonly counters: Counters;
  /** While the counters are away calls pass uncounted; false refuses them with 503. True unless set. */
  readonly failOpen?: boolean;
  /** Answers tell how the tightest limit stands in `ratelimit-*` headers. True unless set. */
  readonly headers?: boolean;
  /** Names the gateway token a call came in with, for limits per token; what the client sent as its token unless set. */
  readonly tokenOf?: (call: Call) => string | undefined;
}

/**
 * Holds a gateway to its limits: requests, tokens and simultaneous calls, for all together or for each token, address,
 * metadata value or header. Calls beyond them are refused before their body is read.
 */
export function rateLimit({ counters, failOpen = true, headers = true, tokenOf }: RateLimitOptions): Plugin {
  return {
    name: 'rate-limit',
    stage: 'guard',
    setup(host) {
      const limiter = new Limiter({ counters, failOpen, host, tokenOf: tokenOf ?? (() => undefined) });
      return {
        admit: (call) => limiter.admit(call),
        ...(headers && { head: (call: Call, answer: Record<string, string>) => limiter.tell(call, answer) }),
        end: (call, outcome) => limiter.settle(call, outcome),
      };
    },
  };
}
