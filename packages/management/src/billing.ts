import { Hono } from 'hono';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';

/** Answers what only a cloud vendor can offer: that it is not offered here, and what is. Mount it at an account's path. */
export function notOfferedRoutes(): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  for (const [path, what] of NOT_OFFERED) {
    routes.all(`${path}/*`, () => {
      // Official clients would send a 501 again, and take a 403 for a lack of rights.
      throw new Refusal(400, NOT_OFFERED_CODE, `Not offered here: ${what}`);
    });
  }
  return routes;
}

const NOT_OFFERED_CODE = 10100;

const NOT_OFFERED: readonly (readonly [path: string, what: string])[] = [
  [
    '/ai-gateway/billing',
    'nobody sells credits, so there are no balances, invoices, top-ups or limits on them. What a call cost is in its row of the log.',
  ],
  [
    '/ai-gateway/gateways/:gateway/custom-domains',
    'a domain of your own points at the server that runs this. Set SLUICE_PUBLIC_URL to it.',
  ],
  ['/logpush', 'logs lie in a database of your own. GET /ai-gateway/gateways/{gateway}/logs reads them.'],
  [
    '/secrets_store',
    'there is no Secrets Store. POST /ai-gateway/gateways/{gateway}/provider_configs stores a credential as "secret".',
  ],
];
