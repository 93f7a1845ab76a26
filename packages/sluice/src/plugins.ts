import type { Plugin } from '@sluice/core';
import { type AnalyticsPlugin, analytics } from '@sluice/plugin-analytics';
import { auth, gatewayToken, type TokenVerdict } from '@sluice/plugin-auth';
import { breaker } from '@sluice/plugin-breaker';
import { cache } from '@sluice/plugin-cache';
import { credentials } from '@sluice/plugin-credentials';
import { fallback } from '@sluice/plugin-fallback';
import { type LoggingPlugin, logging } from '@sluice/plugin-logging';
import { pricing } from '@sluice/plugin-pricing';
import { rateLimit } from '@sluice/plugin-rate-limit';
import { retry } from '@sluice/plugin-retry';
import { timeout } from '@sluice/plugin-timeout';
import { PROVIDER_ALIASES } from '@sluice/providers';
import type { SluiceConfig } from './config/read-config.ts';
import type { Platform } from './create-sluice.ts';
import { isLoopback } from './loopback.ts';

/** What a gateway is made of, and the two that can tell how they fare. */
export interface Plugins {
  /** Outermost first: within a stage the order of this list is the order in which they see a call. */
  readonly all: readonly Plugin[];
  readonly log: LoggingPlugin;
  readonly sums: AnalyticsPlugin;
}

/** Every policy. */
export function pluginsOf(config: SluiceConfig, platform: Required<Omit<Platform, 'close' | 'memory'>>): Plugins {
  const { runtime, storage, counters, cacheStore, logSpool } = platform;
  const isWorker = runtime.name === 'workerd';
  // Without a token stored credentials are for this machine's own programs alone.
  const allowOpen = config.credentials.allowOpen ?? isLoopback(config.host);
  // On Workers nothing may outlive its call, so every call writes its own row.
  const atOnce = isWorker ? { flushIntervalMs: 0 } : {};
  const log = logging({ ...atOnce, ...config.logging, sink: storage.logs, spool: logSpool });
  const sums = analytics({ ...atOnce, sink: storage.rollups });
  const all = [
    log,
    sums,
    auth({ verify: (token, account, gateway) => verify(storage, token, account, gateway) }),
    rateLimit({
      ...config.rateLimit,
      counters,
      headers: config.compat !== 'strict',
      tokenOf: ({ state }) => state.get(gatewayToken),
    }),
    fallback({
      contextWindow: (provider, model) => config.contextWindows[`${provider}/${model}`],
      isGatewayToken: async (token) => (await storage.tokens.verify(token)) !== undefined,
    }),
    // On Workers one call can't wait for another's I/O.
    cache({ store: cacheStore, coalesce: !isWorker }),
    timeout(),
    retry(),
    credentials({
      ...config.rateLimit,
      source: storage.credentials,
      counters,
      allowOpen: () => allowOpen,
      aliases: PROVIDER_ALIASES,
    }),
    breaker(),
    pricing({ prices: config.prices }),
  ];
  return { all, log, sums };
}

async function verify(
  { tokens }: Required<Platform>['storage'],
  token: string,
  account: string,
  gateway: string,
): Promise<TokenVerdict> {
  const holder = await tokens.verify(token);
  if (holder === undefined) return false;
  const isHere = holder.account === account && (holder.gateway === null || holder.gateway === gateway);
  // A viewer reads what calls were made; making some spends money.
  const isAllowed = isHere && holder.role !== 'viewer';
  return isAllowed ? { id: holder.id } : 'elsewhere';
}
