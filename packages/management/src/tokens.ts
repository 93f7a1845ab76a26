import type { Storage, TokenRecord } from '@sluice/storage';
import { Hono } from 'hono';
import { changed } from './audit-changes.ts';
import { listed, single } from './envelope.ts';
import { many, one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { pageQuery } from './queries.ts';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';
import { newToken, tokenChange } from './token-body.ts';
import { toWireToken, wireNewToken, wireToken } from './token-view.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** List, create, change, rotate and revoke tokens. A secret is in the answer that makes it, and nowhere else. */
export function tokenRoutes({ tokens }: Pick<Storage, 'tokens'>): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/', describe({ summary: 'List tokens', answer: many(wireToken) }), validQuery(pageQuery), async (c) => {
    const query = c.req.valid('query');
    const page = await tokens.list(c.var.account, query);
    return c.json(listed(page.items.map(toWireToken), page, query));
  });
  routes.post(
    '/',
    describe({ summary: 'Create a token', answer: one(wireNewToken) }),
    jsonBody,
    validBody(newToken),
    async (c) => {
      const created = await tokens.create({ ...c.req.valid('json'), account: c.var.account });
      const after = toWireToken(created);
      changed(c, { resource: 'token', id: created.id, after });
      return c.json(single({ ...after, value: created.token }));
    },
  );
  routes.get('/:token', describe({ summary: 'Show a token', answer: one(wireToken) }), async (c) => {
    const { account } = c.var;
    const id = c.req.param('token');
    return c.json(single(toWireToken(found(await tokens.get(account, id), account, id))));
  });
  routes.patch(
    '/:token',
    describe({ summary: 'Give a token another name or role', answer: one(wireToken) }),
    jsonBody,
    validBody(tokenChange),
    async (c) => {
      const { account } = c.var;
      const id = c.req.param('token');
      const before = toWireToken(found(await tokens.get(account, id), account, id));
      const after = toWireToken(found(await tokens.update(account, id, c.req.valid('json')), account, id));
      changed(c, { resource: 'token', id, before, after });
      return c.json(single(after));
    },
  );
  routes.put(
    '/:token/value',
    describe({ summary: 'Give a token another secret', answer: one(wireNewToken) }),
    async (c) => {
      const { account } = c.var;
      const id = c.req.param('token');
      const rotated = found(await tokens.rotate(account, id), account, id);
      const after = toWireToken(rotated);
      changed(c, { resource: 'token', id, before: after, after, verb: 'rotated' });
      return c.json(single({ ...after, value: rotated.token }));
    },
  );
  routes.delete('/:token', describe({ summary: 'Revoke a token', answer: one(wireToken) }), async (c) => {
    const { account, caller } = c.var;
    const id = c.req.param('token');
    if (id === caller.tokenId) {
      throw new Refusal(400, 7001, 'A token can not revoke itself. Revoke it with another management token.');
    }
    const before = toWireToken(found(await tokens.revoke(account, id), account, id));
    changed(c, { resource: 'token', id, before });
    return c.json(single(before));
  });
  return routes;
}

function found<T extends TokenRecord>(record: T | undefined, account: string, id: string): T {
  if (record !== undefined) return record;
  const message = `Account "${account}" has no token "${id}". GET /ai-gateway/tokens lists those it has.`;
  throw new Refusal(404, 7002, message);
}
