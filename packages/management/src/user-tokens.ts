import { Hono } from 'hono';
import { z } from 'zod';
import { single } from './envelope.ts';
import { one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import type { ManagementEnv } from './routing.ts';

/** Whether a token works: whoever gets here has one. */
export function userTokenRoutes(): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get('/verify', describe({ summary: 'Say whether this token works', answer: one(wireStatus) }), (c) =>
    c.json(single({ id: c.var.caller.id, status: 'active' }, [VALID])),
  );
  return routes;
}

const VALID = { code: 10000, message: 'This API Token is valid and active' };

const wireStatus: z.ZodType = z.strictObject({ id: z.string(), status: z.literal('active') });
