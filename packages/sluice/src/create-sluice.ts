import { type Counters, createGateway, type RequestScope, type Runtime, type Store } from '@sluice/core';
import type { MetricsSources } from '@sluice/management';
import { DURATION_BOUNDS_MS } from '@sluice/plugin-analytics';
import type { LogSpool } from '@sluice/plugin-logging';
import type { Storage } from '@sluice/storage';
import { memoryCounters } from '@sluice/storage/counters';
import { memoryStore } from '@sluice/storage/memory-store';
import { accountProviders } from './account-providers.ts';
import { CALLS, createApp } from './app.ts';
import { startChore } from './chore.ts';
import type { SluiceConfig } from './config/read-config.ts';
import { prepareStorage } from './first-start.ts';
import { pluginsOf } from './plugins.ts';
import { startRetention } from './retention.ts';

/** What a runtime brings along. */
export interface Platform {
  readonly runtime: Runtime;
  readonly storage: Storage;
  /** Where rate limits count; this process's memory unless given. */
  readonly counters?: Counters;
  /** Where cached answers lie; this process's memory unless given. */
  readonly cacheStore?: Store;
  /** Where rows of the log wait while the storage takes none; this process's memory unless given. */
  readonly logSpool?: LogSpool | undefined;
  /** How much memory the process takes; unknown unless given. */
  readonly memory?: MetricsSources['memory'];
  /** Gives everything back once the last call is over; closes the storage alone unless given. */
  readonly close?: () => Promise<void>;
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

/** Opens the storage and wires everything together. A second start finds everything as the first one left it. */
export async function createSluice(config: SluiceConfig, platform: Platform): Promise<Sluice> {
  const { runtime, storage, counters = memoryCounters(), cacheStore = memoryStore(), logSpool } = platform;
  const { close = storage.close } = platform;
  const { gateway: defaults, newToken } = await prepareStorage(config, storage);
  const { allowPrivateProviders = false } = config.security;
  const { all: plugins, log, sums } = pluginsOf(config, { runtime, storage, counters, cacheStore, logSpool });
  const gateway = createGateway({
    runtime,
    basePath: CALLS,
    providers: config.providers,
    baseUrls: config.baseUrls,
    accountProviders: accountProviders(storage.customProviders, { allowPrivate: allowPrivateProviders }),
    settings: storage.settings,
    plugins,
    limits: config.limits,
    compat: config.compat,
    ...(config.maxMetadataEntries !== undefined && { maxMetadataEntries: config.maxMetadataEntries }),
  });
  const retention = startRetention({
    logs: storage.logs,
    isBetweenCallsOnly: runtime.name === 'workerd',
    now: () => runtime.now(),
  });
  const compaction = startChore({
    piece: () => storage.rollups.compact(),
    problem: 'Minutes could not be added up to hours, or hours to days. It will be tried again.',
    pauseMs: COMPACTION_PAUSE_MS,
    isBetweenCallsOnly: runtime.name === 'workerd',
    now: runtime.now,
  });
  let closed: Promise<void> | undefined;
  const app = createApp({
    gateway,
    storage,
    cacheStore,
    account: config.account,
    publicUrl: config.publicUrl,
    allowPrivateProviders,
    providers: config.providers.map(({ id }) => id),
    oidc: config.oidc && { ...config.oidc, account: config.account },
    metrics: {
      ...config.metrics,
      sources: {
        calls: sums.totals,
        durationBoundsMs: DURATION_BOUNDS_MS,
        log: log.stats,
        rollups: sums.stats,
        ...(platform.memory !== undefined && { memory: platform.memory }),
      },
    },
    isClosing: () => closed !== undefined,
  });
  return {
    newToken,
    authentication: defaults.authentication,
    // Calls are nearly all there is, so they don't pass through the router.
    fetch: (request, scope) => {
      if (!isCall(request.url)) return app.fetch(request);
      retention.onCall(scope);
      compaction.onCall(scope);
      return gateway.fetch(request, scope);
    },
    close: () => {
      closed ??= Promise.all([gateway.close(), retention.close(), compaction.close()]).then(close);
      return closed;
    },
  };
}

const COMPACTION_PAUSE_MS = 60_000;

function isCall(url: string): boolean {
  return url.startsWith(`${CALLS}/`, url.indexOf('/', url.indexOf('://') + 3));
}
