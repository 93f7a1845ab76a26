import type { Location } from '../contracts/plugin.ts';
import type { UpstreamTarget } from '../contracts/provider.ts';

const NOWHERE: UpstreamTarget = { url: '', path: '', protocol: undefined };

/**
 * Where a call to the gateway's own address, `POST /v1/{account}/{gateway}`, stands until a plugin of the stage `step`
 * has read from its body who is to be asked.
 */
export const UNIVERSAL: Location = {
  provider: { id: 'universal', baseUrl: '', credentialHeaders: [], resolve: () => NOWHERE },
  target: NOWHERE,
};

/** The client called the gateway's own address, and the body says who is to be asked. */
export function isUniversal({ provider }: Pick<Location, 'provider'>): boolean {
  return provider === UNIVERSAL.provider;
}
