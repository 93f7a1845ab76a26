import type { Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { listed, single } from './envelope.ts';
import { newGateway } from './gateway-body.ts';
import { gatewayNotices } from './gateway-notices.ts';
import { toWireGateway } from './gateway-view.ts';
import { gatewayQuery } from './queries.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** Create, list and read gateways. */
export function gatewayRoutes({ settings }: Pick<Storage, 'settings'>): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/', validQuery(gatewayQuery), async (c) => {
    const query = c.req.valid('query');
    const page = await settings.list(c.var.account, query);
    return c.json(listed(page.items.map(toWireGateway), page, query));
  });
  routes.post('/', jsonBody, validBody(newGateway), async (c) => {
    const gateway = await settings.create({ ...c.req.valid('json'), account: c.var.account });
    return c.json(single(toWireGateway(gateway), gatewayNotices(gateway)));
  });
  routes.get('/:gateway', async (c) => {
    const gateway = await requireGateway(settings, c.var.account, c.req.param('gateway'));
    return c.json(single(toWireGateway(gateway), gatewayNotices(gateway)));
  });
  return routes;
}
