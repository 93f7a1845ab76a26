import { suggest } from '@sluice/core';
import type { Storage } from '@sluice/storage';
import { Hono } from 'hono';
import { z } from 'zod';
import { single } from './envelope.ts';
import { isKnownProvider } from './known-provider.ts';
import { one } from './openapi/answers.ts';
import { describe } from './openapi/describe.ts';
import { Refusal } from './refusal.ts';
import { requireGateway } from './require-gateway.ts';
import type { ManagementEnv } from './routing.ts';

export interface UrlOptions {
  /** Where clients reach this server, without a trailing slash: `https://ai.example.com`. The request's own origin unless given. */
  readonly publicUrl?: string | undefined;
  /** Where calls begin in the URL. */
  readonly callPath?: string;
  /** The slugs of those that can be called; any unless given. */
  readonly providers?: readonly string[] | undefined;
}

/** Tell the base URL of a gateway, for one provider or for `universal`. */
export function urlRoutes(
  storage: Pick<Storage, 'settings' | 'customProviders'>,
  { publicUrl, callPath = '/v1', providers }: UrlOptions,
): Hono<ManagementEnv> {
  const routes = new Hono<ManagementEnv>();
  routes.get(
    '/:provider',
    describe({
      summary: 'Tell the base URL of a gateway',
      details: 'For one provider, or for `universal`.',
      answer: one(z.string()),
    }),
    async (c) => {
      const { account } = c.var;
      const { id } = await requireGateway(storage.settings, account, c.req.param('gateway') ?? '');
      const slug = c.req.param('provider');
      const base = `${publicUrl ?? new URL(c.req.url).origin}${callPath}/${account}/${id}/`;
      if (slug === 'universal') return c.json(single(base));
      if (await isKnownProvider(storage, providers, { account, slug })) return c.json(single(base + slug));
      throw new Refusal(404, 7002, `There is no provider "${slug}". ${suggest(slug, providers ?? [])}`);
    },
  );
  return routes;
}
