import type { NewToken, Storage, TokenRecord } from '@sluice/storage';
import { Hono } from 'hono';
import { z } from 'zod';
import { listed, single } from './envelope.ts';
import { pageQuery } from './queries.ts';
import { Refusal } from './refusal.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody, validQuery } from './validate.ts';

/** List, create and revoke tokens. The secret is in the answer that creates one, and nowhere else. */
export function tokenRoutes({ tokens }: Pick<Storage, 'tokens'>): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/', validQuery(pageQuery), async (c) => {
    const query = c.req.valid('query');
    const page = await tokens.list(c.var.account, query);
    return c.json(listed(page.items.map(toWireToken), page, query));
  });
  routes.post('/', jsonBody, validBody(newToken), async (c) => {
    const created = await tokens.create({ ...c.req.valid('json'), account: c.var.account });
    return c.json(single({ ...toWireToken(created), value: created.token }));
  });
  routes.delete('/:token', async (c) => {
    const { account, tokenId } = c.var;
    const id = c.req.param('token');
    if (id === tokenId) {
      throw new Refusal(400, 7001, 'A token can not revoke itself. Revoke it with another management token.');
    }
    const revoked = await tokens.revoke(account, id);
    if (revoked !== undefined) return c.json(single(toWireToken(revoked)));
    throw new Refusal(
      404,
      7002,
      `Account "${account}" has no token "${id}". GET /ai-gateway/tokens lists those it has.`,
    );
  });
  return routes;
}

const newToken: z.ZodType<Omit<NewToken, 'account' | 'token'>> = z
  .strictObject({
    name: z.string().min(1).max(100),
    kind: z.enum(['gateway', 'management']).default('gateway'),
    gateway_id: z.string().min(1).nullable().default(null),
  })
  .refine(({ kind, gateway_id }) => kind === 'gateway' || gateway_id === null, {
    error: 'A management token is for the whole account: leave "gateway_id" out, or make a token of kind "gateway".',
    path: ['gateway_id'],
  })
  .transform(({ name, kind, gateway_id }) => ({ name, kind, gateway: gateway_id }));

function toWireToken({ id, name, kind, gateway, createdAt }: TokenRecord) {
  return { id, name, kind, gateway_id: gateway, created_at: new Date(createdAt).toISOString() };
}
