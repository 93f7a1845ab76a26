import type { Plugin, PluginHost } from '../contracts/plugin.ts';
import type { AccountProviders, Provider } from '../contracts/provider.ts';
import type { RequestScope, Runtime } from '../contracts/runtime.ts';
import type { SettingsSource } from '../contracts/settings.ts';
import { GatewayError } from '../errors.ts';
import { webRuntime } from '../web-runtime.ts';
import { answerCall, type Ending } from './answer.ts';
import { createDispatcher } from './dispatch.ts';
import { type Compat, errorReply, toGatewayError } from './error-reply.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { compilePipeline } from './pipeline.ts';
import { createLocate, placesOf } from './places.ts';
import { createSurface } from './surface.ts';

export interface GatewayOptions {
  /** Who can be called; the id is the slug in the URL. */
  readonly providers: readonly Provider[];
  /** Providers beside these that one account has, and others have not. */
  readonly accountProviders?: AccountProviders;
  readonly plugins?: readonly Plugin[];
  /** Which gateways exist; without it every account and gateway id is taken, open and logged. */
  readonly settings?: SettingsSource;
  /** Addresses to use in place of the providers' own, by slug. */
  readonly baseUrls?: Readonly<Record<string, string>>;
  /** Where calls begin in the URL; `/v1` unless the gateway is mounted elsewhere. */
  readonly basePath?: string;
  readonly limits?: Partial<Limits>;
  /** How many `cf-aig-metadata` entries count; the wire's own limit, 5, is the default. */
  readonly maxMetadataEntries?: number;
  /** `strict` answers with the hosted service's statuses and texts to the letter. */
  readonly compat?: Compat;
  readonly runtime?: Runtime;
  /** Told of failures that no client sees; the console unless set. */
  readonly report?: (problem: string, cause?: unknown) => void;
}

/** A running gateway. */
export interface Gateway {
  /** Answers one call. It never rejects: what fails becomes an error answer. */
  fetch(request: Request, scope?: RequestScope): Promise<Response>;
  /**
   * Takes no more calls, waits for those under way and gives back what the plugins hold. Streams that are still open
   * after `graceMs` (30 seconds unless set) are cut off, and their clients are told.
   */
  close(graceMs?: number): Promise<void>;
}

/** Builds a gateway from providers and plugins. */
export function createGateway(options: GatewayOptions): Gateway {
  const runtime = options.runtime ?? webRuntime();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const basePath = options.basePath ?? '/v1';
  const compat = options.compat ?? 'better';
  const report = options.report ?? ((problem, cause) => console.error(problem, cause ?? ''));
  const places = placesOf(options.providers, options.baseUrls);
  const baseUrlOf = ({ id, baseUrl }: Provider): string => places.get(id)?.baseUrl ?? baseUrl;
  const locate = createLocate(places, options.accountProviders);
  const dispatch = createDispatcher({ runtime, limits, basePath, baseUrlOf });
  const host: PluginHost = {
    now: runtime.now,
    newId: runtime.newId,
    defer: runtime.defer,
    report,
    digest: runtime.sha256,
    locate,
    transport: runtime.transport,
  };
  const pipeline = compilePipeline(options.plugins ?? [], host, dispatch);
  const surface = createSurface({ ...options, locate, runtime, limits, basePath, admit: pipeline.admit });
  const endings = new Set<Ending>();
  const tasks = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  return {
    async fetch(request, scope = DETACHED) {
      const id = runtime.newId();
      try {
        if (closed !== undefined)
          throw new GatewayError('shutting_down', 'The gateway is stopping. Try again in a moment.');
        const intake = await surface.read(request, id, kept(scope));
        return await answerCall(intake, scope, { runtime, limits, pipeline, compat, report, endings });
      } catch (thrown) {
        return refuse(thrown, id);
      }
    },
    close(graceMs = 30_000) {
      closed ??= drain(graceMs);
      return closed;
    },
  };

  async function drain(graceMs: number): Promise<void> {
    if (!(await settled(graceMs))) {
      for (const ending of endings) ending.cutOff();
      runtime.transport.abort?.();
      if (!(await settled(LAST_WORD_MS))) report('Some calls did not come to their end before the gateway stopped.');
    }
    for (const close of pipeline.close) await close();
    await runtime.transport.close?.();
  }

  /** True when all calls and background work are over within the time. */
  async function settled(withinMs: number): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(() => resolve(false), withinMs);
    const over = allOver().then(() => true);
    const result = await Promise.race([over, late]);
    clearTimeout(timer);
    return result;
  }

  async function allOver(): Promise<void> {
    while (endings.size + tasks.size > 0) {
      await Promise.allSettled([...[...endings].map((ending) => ending.done), ...tasks]);
    }
  }

  /** Background work of plugins: `close` waits for it too. */
  function kept(scope: RequestScope): RequestScope {
    return {
      get clientAddress() {
        return scope.clientAddress;
      },
      waitUntil: (task) => {
        tasks.add(task);
        const forget = (): void => void tasks.delete(task);
        task.then(forget, forget);
        scope.waitUntil(task);
      },
    };
  }

  /** No call came of it: the gateway, provider or path does not exist. */
  function refuse(thrown: unknown, id: string): Response {
    const error = toGatewayError(thrown);
    if (error.code === 'internal') report('A call failed unexpectedly.', error.cause);
    const { status, headers, body } = errorReply(error, compat);
    const ids = { 'cf-aig-request-id': id, 'cf-aig-event-id': id, 'cf-aig-step': '0' };
    return runtime.response({ status, headers: { ...headers, ...ids } }, body);
  }
}

const DETACHED: RequestScope = { waitUntil: () => {} };

/** For those who were cut off to write down how they ended, in milliseconds. */
const LAST_WORD_MS = 2_000;
