import type { CallTimeouts, MaybePromise } from '../contracts/call.ts';
import type { Location, PluginHost } from '../contracts/plugin.ts';
import { BodyTooLargeError, type RequestScope, type Runtime } from '../contracts/runtime.ts';
import type { GatewaySettings, SettingsSource } from '../contracts/settings.ts';
import { GatewayError } from '../errors.ts';
import { toGatewayError } from './error-reply.ts';
import { type CallParts, GatewayCall } from './gateway-call.ts';
import { splitClientHeaders } from './headers.ts';
import type { Limits } from './limits.ts';
import type { Pipeline } from './pipeline.ts';
import { parseRoute, type Route } from './route.ts';
import { createState } from './state.ts';
import { UNIVERSAL } from './universal.ts';
import { clientClosed } from './upstream-error.ts';

export interface SurfaceOptions {
  readonly runtime: Runtime;
  readonly limits: Limits;
  readonly basePath: string;
  readonly locate: PluginHost['locate'];
  readonly settings?: SettingsSource;
  readonly maxMetadataEntries?: number;
  /** Asked before a body is read. */
  readonly admit: Pipeline['admit'];
}

/** A call that was understood; with `failure` when it was refused or its body could not be taken. */
export interface Intake {
  readonly call: GatewayCall;
  readonly failure?: GatewayError;
}

/** Turns requests of clients into calls. */
export interface Surface {
  /** Throws `GatewayError` when the request names no gateway, provider or path. */
  read(request: Request, id: string, scope: RequestScope): Promise<Intake>;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { runtime, basePath, locate, settings = ANY_GATEWAY } = options;
  return {
    async read(request, id, scope) {
      const receivedAt = runtime.now();
      const route = parseRoute(request.url, basePath);
      const gateway = await settings.gateway(route.account, route.gateway);
      if (gateway === undefined) throw unknownGateway(route);
      const { forward, options: own } = splitClientHeaders(runtime.requestHeaders(request));
      const place = placeOf(route, request.method, forward, locate);
      const head: CallParts = {
        id,
        step: 0,
        receivedAt,
        account: route.account,
        gateway,
        ...(place instanceof Promise ? await place : place),
        method: request.method,
        query: route.query,
        headers: forward,
        options: own,
        body: null,
        signal: request.signal,
        timeouts: AS_LIMITED,
        rescuable: false,
        credential: null,
        state: createState(),
        maxMetadataEntries: options.maxMetadataEntries ?? 5,
        progress: { attempts: [], last: undefined },
        scope,
      };
      return await takeIn(head, request, options);
    },
  };
}

const ANY_GATEWAY: SettingsSource = {
  gateway: (account, id): GatewaySettings => ({ account, id, authentication: false, collectLogs: true }),
};

const AS_LIMITED: CallTimeouts = {};

function placeOf(
  route: Route,
  method: string,
  headers: Readonly<Record<string, string>>,
  locate: PluginHost['locate'],
): MaybePromise<Location> {
  const { account, provider, path, query } = route;
  if (provider === '') return UNIVERSAL;
  return locate(provider, { method, path, query, headers }, account);
}

/** Lets the plugins judge the head, then reads the body. */
async function takeIn(head: CallParts, request: Request, { admit, runtime, limits }: SurfaceOptions): Promise<Intake> {
  const call = new GatewayCall(head);
  try {
    for (const ask of admit) {
      const pending = ask(call);
      if (pending !== undefined) await pending;
    }
    return { call: call.with({ body: await runtime.requestBody(request, limits.maxRequestBytes) }) };
  } catch (thrown) {
    return { call, failure: refusal(thrown, request, limits) };
  }
}

function refusal(thrown: unknown, request: Request, { maxRequestBytes }: Limits): GatewayError {
  if (thrown instanceof BodyTooLargeError) {
    return new GatewayError(
      'request_too_large',
      `the request body is larger than ${maxRequestBytes} bytes. Send less, or raise the limit maxRequestBytes.`,
    );
  }
  return request.signal.aborted ? clientClosed(thrown) : toGatewayError(thrown);
}

function unknownGateway({ account, gateway }: Route): GatewayError {
  return new GatewayError(
    'unknown_gateway',
    `account "${account}" has no gateway "${gateway}". Create it with ` +
      `POST /client/v4/accounts/${account}/ai-gateway/gateways, or use one that exists.`,
  );
}
