import type { Gateway, Store } from '@sluice/core';
import { createManagement, createMetrics, type MetricsSources, type OidcOptions } from '@sluice/management';
import { cachePurger } from '@sluice/plugin-cache';
import { PROVIDER_ALIASES } from '@sluice/providers';
import type { Storage } from '@sluice/storage';
import { Hono } from 'hono';

/** Where calls begin in the URL. */
export const CALLS = '/v1';

export interface AppOptions {
  readonly gateway: Gateway;
  readonly storage: Storage;
  readonly cacheStore: Store;
  readonly account: string;
  /** Where clients reach the server; as each request says unless given. */
  readonly publicUrl: string | undefined;
  readonly allowPrivateProviders: boolean;
  /** The slugs of those that can be called. */
  readonly providers: readonly string[];
  /** Who signs in at the management API with which identity provider. */
  readonly oidc: OidcOptions | undefined;
  readonly metrics: { readonly sources: MetricsSources; readonly open?: boolean };
  isClosing(): boolean;
}

/** Everything but calls: health, management, and a word for whoever comes with a browser. */
export function createApp(options: AppOptions): Hono {
  const { gateway, storage, cacheStore, account, publicUrl, allowPrivateProviders, providers, oidc, isClosing } =
    options;
  const app = new Hono();
  app.get('/health', (c) => (isClosing() ? c.json({ status: 'stopping' }, 503) : c.json({ status: 'ok' })));
  app.get('/', (c) => c.json(pointer(publicUrl ?? new URL(c.req.url).origin, account)));
  const { purge } = cachePurger(cacheStore);
  const management = createManagement({
    storage,
    providers,
    providerAliases: PROVIDER_ALIASES,
    purgeCache: purge,
    allowPrivateProviders,
    publicUrl,
    callPath: CALLS,
    oidc,
  });
  app.route('/', management);
  app.route('/', createMetrics({ ...options.metrics, verifyToken: (token) => storage.tokens.verify(token) }));
  // The gateway knows how to say that nothing answers at a path.
  app.notFound((c) => gateway.fetch(c.req.raw));
  return app;
}

function pointer(origin: string, account: string) {
  return {
    name: 'Sluice',
    base_url: `${origin}${CALLS}/${account}/default/{provider}`,
    management: `${origin}/client/v4/accounts/${account}/ai-gateway/gateways`,
    health: `${origin}/health`,
  };
}
