import { workersAiApi } from '../apis.ts';
import type { ProviderRow } from '../row.ts';

/**
 * Workers AI: `@cf/{author}/{model}` and `run/…` run a model, `v1/…` is the OpenAI-compatible API. The account in the
 * address is the gateway's own where that is a Cloudflare account id, otherwise the operator's base URL names it.
 */
export const workersAi: ProviderRow = {
  id: 'workers-ai',
  baseUrl: 'https://api.cloudflare.com/client/v4/accounts/{account}/ai',
  credentials: ['authorization'],
  path: ({ path }, { account }) => ({
    path: /^@(?:cf|hf)\//.test(path) ? `run/${path}` : path,
    ...(account !== undefined && ACCOUNT_ID.test(account) && { values: { account } }),
  }),
  tails: workersAiApi,
};

const ACCOUNT_ID = /^[\da-f]{32}$/;
