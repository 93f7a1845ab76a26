import type { RunningGateway } from './gateway.ts';

/** Asks the management API for something of the account's, and hands over the result. */
export async function manage<T>(
  { url, adminToken }: RunningGateway,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const address = `${url}/client/v4/accounts/default/ai-gateway/${path}`;
  const answer = await fetch(address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status} ${text}`);
  return (JSON.parse(text) as { result: T }).result;
}

/** What a gateway is made of, as the management API names it. */
export interface GatewayFields {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** Creates a gateway that does nothing but what these published fields say. */
export async function createGateway(running: RunningGateway, fields: GatewayFields): Promise<void> {
  await manage(running, 'POST', 'gateways', { ...PLAIN, ...fields });
}

const PLAIN = {
  cache_invalidate_on_update: false,
  cache_ttl: 0,
  collect_logs: true,
  rate_limiting_interval: 0,
  rate_limiting_limit: 0,
};
