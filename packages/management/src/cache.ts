import type { Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { z } from 'zod';
import { changed } from './audit-changes.ts';
import { single } from './envelope.ts';
import { one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { InvalidRequest, Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';
import { jsonBody, validBody } from './validate.ts';

/** Takes the answers that lie under these keys out of a gateway's cache. */
export type KeyPurge = (account: string, gateway: string, keys: readonly string[]) => Promise<void>;

/** Purge what a gateway has cached. */
export function cacheRoutes({ settings }: Pick<Storage, 'settings'>, purgeKeys?: KeyPurge): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.post(
    '/purge',
    describe({ summary: 'Forget cached answers', answer: one(wirePurge) }),
    jsonBody,
    validBody(purge),
    async (c) => {
      const { account, id } = await requireGateway(settings, c.var.account, c.req.param('gateway') ?? '');
      const wanted = c.req.valid('json');
      if (wanted.keys === undefined) {
        await settings.purgeCache(account, id);
        changed(c, { resource: 'gateway', id, verb: 'cache_purged', after: { purged: 'everything' } });
        return c.json(single({ purged: 'everything' }));
      }
      if (purgeKeys === undefined) throw new InvalidRequest([{ message: NO_KEYS, path: ['body', 'keys'] }]);
      await purgeKeys(account, id, wanted.keys).catch(outOfReach);
      changed(c, { resource: 'gateway', id, verb: 'cache_purged', after: { purged: wanted.keys } });
      return c.json(single({ purged: wanted.keys }));
    },
  );
  return routes;
}

interface Purge {
  readonly everything?: true | undefined;
  readonly keys?: readonly string[] | undefined;
}

const purge: z.ZodType<Purge> = z
  .strictObject({
    everything: z.literal(true).optional(),
    keys: z.array(z.string().min(1)).min(1).max(100).optional(),
  })
  .refine(({ everything, keys }) => (everything === undefined) !== (keys === undefined), {
    error: 'Send either { "everything": true } or { "keys": [1 to 100 cache keys] }.',
  });

/** Some of the keys may be forgotten already, which does no harm. */
function outOfReach(cause: unknown): never {
  throw new Refusal(503, 10001, OUT_OF_REACH, { cause });
}

const OUT_OF_REACH =
  'The store of cached answers gives no answer, so they may still be served. Try again, or send ' +
  '{ "everything": true }, which needs the database alone.';

const NO_KEYS = 'This server has no cache that can be purged by key. Send { "everything": true } instead.';

const wirePurge: z.ZodType = z.strictObject({ purged: z.union([z.literal('everything'), z.array(z.string())]) });
