import type { Provider, UpstreamTarget } from '../contracts/provider.ts';
import { BodyTooLargeError, type RequestScope, type Runtime } from '../contracts/runtime.ts';
import type { GatewaySettings, SettingsSource } from '../contracts/settings.ts';
import { GatewayError } from '../errors.ts';
import { GatewayCall } from './gateway-call.ts';
import { splitClientHeaders } from './headers.ts';
import type { Limits } from './limits.ts';
import { parseMetadata } from './metadata.ts';
import { parseRoute, type Route } from './route.ts';
import { createState } from './state.ts';
import { clientClosed } from './upstream-error.ts';

export interface SurfaceOptions {
  readonly runtime: Runtime;
  readonly limits: Limits;
  readonly basePath: string;
  readonly providers: readonly Provider[];
  readonly settings?: SettingsSource;
  readonly baseUrls?: Readonly<Record<string, string>>;
  readonly maxMetadataEntries?: number;
}

/** A call that was understood; with `failure` when its body could not be taken. */
export interface Intake {
  readonly call: GatewayCall;
  readonly failure?: GatewayError;
}

/** Turns requests of clients into calls. */
export interface Surface {
  /** Throws `GatewayError` when the request names no gateway, provider or path. */
  read(request: Request, id: string, scope: RequestScope): Promise<Intake>;
  baseUrlOf(providerId: string): string | undefined;
}

interface Place {
  readonly provider: Provider;
  readonly baseUrl: string;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { runtime, basePath, settings = ANY_GATEWAY } = options;
  const places = new Map(options.providers.map((provider) => [provider.id, placeOf(provider, options.baseUrls)]));
  return {
    async read(request, id, scope) {
      const receivedAt = runtime.now();
      const route = parseRoute(request.url, basePath);
      const gateway = await settings.gateway(route.account, route.gateway);
      if (gateway === undefined) throw unknownGateway(route);
      const place = places.get(route.provider);
      if (place === undefined) throw unknownProvider(route.provider, [...places.keys()]);
      const { forward, options: own } = splitClientHeaders(runtime.requestHeaders(request));
      const target = resolve(place, request.method, route, forward);
      const taken = await takeBody(request, options);
      const call = new GatewayCall({
        id,
        eventId: own.get('event-id') ?? id,
        step: 0,
        receivedAt,
        account: route.account,
        gateway,
        provider: place.provider,
        target,
        method: request.method,
        query: route.query,
        headers: forward,
        options: own,
        metadata: parseMetadata(own.get('metadata'), options.maxMetadataEntries ?? 5),
        body: taken instanceof GatewayError ? null : taken,
        signal: request.signal,
        state: createState(),
        attempts: [],
        clientAddress: scope.clientAddress,
        waitUntil: (task) => scope.waitUntil(task),
      });
      return taken instanceof GatewayError ? { call, failure: taken } : { call };
    },
    baseUrlOf: (providerId) => places.get(providerId)?.baseUrl,
  };
}

const ANY_GATEWAY: SettingsSource = {
  gateway: (account, id): GatewaySettings => ({ account, id, authentication: false, collectLogs: true }),
};

function placeOf(provider: Provider, baseUrls: SurfaceOptions['baseUrls']): Place {
  return { provider, baseUrl: (baseUrls?.[provider.id] ?? provider.baseUrl).replace(/\/+$/, '') };
}

function resolve(
  { provider, baseUrl }: Place,
  method: string,
  { account, path, query }: Route,
  headers: Readonly<Record<string, string>>,
): UpstreamTarget {
  return provider.resolve({ method, path, query, headers }, { baseUrl, account });
}

async function takeBody(
  request: Request,
  { runtime, limits }: SurfaceOptions,
): Promise<Uint8Array<ArrayBuffer> | null | GatewayError> {
  try {
    return await runtime.requestBody(request, limits.maxRequestBytes);
  } catch (thrown) {
    if (!(thrown instanceof BodyTooLargeError)) return clientClosed(thrown);
    return new GatewayError(
      'request_too_large',
      `The request body is larger than ${limits.maxRequestBytes} bytes. Send less, or raise the limit maxRequestBytes.`,
    );
  }
}

function unknownGateway({ account, gateway }: Route): GatewayError {
  return new GatewayError(
    'unknown_gateway',
    `account "${account}" has no gateway "${gateway}". Create it with ` +
      `POST /client/v4/accounts/${account}/ai-gateway/gateways, or use one that exists.`,
  );
}

function unknownProvider(slug: string, known: readonly string[]): GatewayError {
  const near = known.filter((id) => id.includes(slug) || slug.includes(id) || id.slice(0, 3) === slug.slice(0, 3));
  const list = near.length > 0 ? near : known;
  const shown = list.slice(0, 12).join(', ') + (list.length > 12 ? ', ...' : '');
  return new GatewayError(
    'invalid_provider',
    `there is no provider "${slug}". ${near.length > 0 ? 'Near it' : 'Known'}: ${shown}.`,
  );
}
