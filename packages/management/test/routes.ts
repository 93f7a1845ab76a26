import type { Access } from '../src/authorize.ts';

/**
 * Every route of the API and who may call it, written down a second time on purpose: a route that isn't here, or that
 * lets in somebody else, fails `authorize.test.ts`. Paths are below `/client/v4`, with {acct} for an account's prefix.
 */
export const ROUTES: Readonly<Record<string, Access>> = {
  'GET {acct}/gateways': 'viewer',
  'POST {acct}/gateways': 'editor',
  'GET {acct}/gateways/:gateway': 'viewer',
  'PUT {acct}/gateways/:gateway': 'editor',
  'DELETE {acct}/gateways/:gateway': 'editor',
  'GET {acct}/gateways/:gateway/logs': 'viewer',
  'GET {acct}/gateways/:gateway/logs/:log': 'viewer',
  'GET {acct}/gateways/:gateway/logs/:log/request': 'viewer',
  'GET {acct}/gateways/:gateway/logs/:log/response': 'viewer',
  'GET {acct}/gateways/:gateway/provider_configs': 'viewer',
  'POST {acct}/gateways/:gateway/provider_configs': 'editor',
  'GET {acct}/gateways/:gateway/provider_configs/:config': 'viewer',
  'PUT {acct}/gateways/:gateway/provider_configs/:config': 'editor',
  'DELETE {acct}/gateways/:gateway/provider_configs/:config': 'editor',
  'POST {acct}/gateways/:gateway/cache/purge': 'editor',
  'GET {acct}/tokens': 'viewer',
  'POST {acct}/tokens': 'owner',
  'GET {acct}/tokens/:token': 'viewer',
  'PATCH {acct}/tokens/:token': 'owner',
  'PUT {acct}/tokens/:token/value': 'owner',
  'DELETE {acct}/tokens/:token': 'owner',
  'GET {acct}/audit_logs': 'viewer',
  'GET /accounts/:account/tokens/verify': 'viewer',
  'GET /user/tokens/verify': 'viewer',
  'GET /session': 'viewer',
  'POST /session': 'anyone',
  'DELETE /session': 'viewer',
  'GET /session/methods': 'anyone',
};
