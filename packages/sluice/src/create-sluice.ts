import { createGateway, type RequestScope, type Runtime } from '@sluice/core';
import { auth } from '@sluice/plugin-auth';
import { logging } from '@sluice/plugin-logging';
import { pricing } from '@sluice/plugin-pricing';
import type { Storage } from '@sluice/storage';
import { createApp } from './app.ts';
import type { SluiceConfig } from './config/read-config.ts';
import { prepareStorage } from './first-start.ts';

/** What a runtime brings along. */
export interface Platform {
  readonly runtime: Runtime;
  readonly storage: Storage;
}

/** A whole Sluice: gateways, log and management behind one `fetch`. */
export interface Sluice {
  /** Answers any request that reaches the server. */
  fetch(request: Request, scope?: RequestScope): Response | Promise<Response>;
  /** The management token, when this start made it. It can't be read again. */
  readonly newToken: string | undefined;
  /** Calls of the gateway `default` need a token. */
  readonly authentication: boolean;
  /** Takes no more calls, waits for those under way and for the log to be written, and closes the storage. Safe to call twice. */
  close(): Promise<void>;
}

const CALLS = '/v1';

/** Opens the storage and wires everything together. A second start finds everything as the first one left it. */
export async function createSluice(config: SluiceConfig, platform: Platform): Promise<Sluice> {
  const { runtime, storage } = platform;
  const { gateway: defaults, newToken } = await prepareStorage(config, storage);
  const gateway = createGateway({
    runtime,
    basePath: CALLS,
    providers: config.providers,
    baseUrls: config.baseUrls,
    settings: storage.settings,
    plugins: pluginsOf(config, platform),
    limits: config.limits,
    compat: config.compat,
    ...(config.maxMetadataEntries !== undefined && { maxMetadataEntries: config.maxMetadataEntries }),
  });
  let closed: Promise<void> | undefined;
  const app = createApp({ gateway, storage, account: config.account, isClosing: () => closed !== undefined });
  return {
    newToken,
    authentication: defaults.authentication,
    // Calls are nearly all there is, so they don't pass through the router.
    fetch: (request, scope) => (isCall(request.url) ? gateway.fetch(request, scope) : app.fetch(request)),
    close: () => {
      closed ??= gateway.close().then(storage.close);
      return closed;
    },
  };
}

function isCall(url: string): boolean {
  return url.startsWith(`${CALLS}/`, url.indexOf('/', url.indexOf('://') + 3));
}

function pluginsOf(config: SluiceConfig, { runtime, storage }: Platform) {
  // On Workers nothing may outlive its call, so every call writes its own row.
  const flushIntervalMs = runtime.name === 'workerd' ? { flushIntervalMs: 0 } : {};
  return [
    logging({ ...flushIntervalMs, ...config.logging, sink: storage.logs }),
    auth({ verify: async (token, account) => (await storage.tokens.verify(token))?.account === account }),
    pricing({ prices: config.prices }),
  ];
}
