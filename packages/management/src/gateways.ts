import type { Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { changed } from './audit-changes.ts';
import { listed, single } from './envelope.ts';
import { gatewayReplacement, newGateway } from './gateway-body.ts';
import { gatewayNotices } from './gateway-notices.ts';
import { gatewayQuery } from './gateway-query.ts';
import { toWireGateway, wireGateway } from './gateway-view.ts';
import { many, one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { InvalidRequest } from './refusal.ts';
import { found, requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** Create, list, read, replace and delete gateways. */
export function gatewayRoutes({ settings }: Pick<Storage, 'settings'>): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/',
    describe({ summary: 'List gateways', answer: many(wireGateway) }),
    validQuery(gatewayQuery),
    async (c) => {
      const query = c.req.valid('query');
      const page = await settings.list(c.var.account, query);
      return c.json(listed(page.items.map(toWireGateway), page, query));
    },
  );
  routes.post(
    '/',
    describe({ summary: 'Create a gateway', answer: one(wireGateway) }),
    jsonBody,
    validBody(newGateway),
    async (c) => {
      const gateway = await settings.create({ ...c.req.valid('json'), account: c.var.account });
      changed(c, { resource: 'gateway', id: gateway.id, after: toWireGateway(gateway) });
      return c.json(single(toWireGateway(gateway), gatewayNotices(gateway)));
    },
  );
  routes.get('/:gateway', describe({ summary: 'Show a gateway', answer: one(wireGateway) }), async (c) => {
    const gateway = await requireGateway(settings, c.var.account, c.req.param('gateway'));
    return c.json(single(toWireGateway(gateway), gatewayNotices(gateway)));
  });
  routes.put(
    '/:gateway',
    describe({
      summary: 'Replace the settings of a gateway',
      details: 'Without `authentication` that stays as it is.',
      answer: one(wireGateway),
    }),
    jsonBody,
    validBody(gatewayReplacement),
    async (c) => {
      const { account } = c.var;
      const known = await requireGateway(settings, account, c.req.param('gateway'));
      const { id } = known;
      const { id: repeated = id, ...wanted } = c.req.valid('json');
      if (repeated !== id) throw new InvalidRequest([{ message: ID_STAYS, path: ['body', 'id'] }]);
      const gateway = found(await settings.update({ ...wanted, account, id }), account, id);
      changed(c, { resource: 'gateway', id, before: toWireGateway(known), after: toWireGateway(gateway) });
      return c.json(single(toWireGateway(gateway), gatewayNotices(gateway)));
    },
  );
  routes.delete(
    '/:gateway',
    describe({
      summary: 'Delete a gateway',
      details: 'Its credentials, datasets, evaluations and tokens go with it; its log stays.',
      answer: one(wireGateway),
    }),
    async (c) => {
      const { account } = c.var;
      const { id } = await requireGateway(settings, account, c.req.param('gateway'));
      const before = toWireGateway(found(await settings.remove(account, id), account, id));
      changed(c, { resource: 'gateway', id, before });
      return c.json(single(before));
    },
  );
  return routes;
}

const ID_STAYS = 'The "id" of a gateway can not be changed. Leave it out, or create another gateway.';
