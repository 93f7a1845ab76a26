import { Hono } from 'hono';
import { single } from './envelope.ts';
import type { ManagementEnv } from './routing.ts';

/** Whether a token works: whoever gets here has one. */
export function userTokenRoutes(): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/verify', (c) => c.json(single({ id: c.var.caller.id, status: 'active' }, [VALID])));
  return routes;
}

const VALID = { code: 10000, message: 'This API Token is valid and active' };
