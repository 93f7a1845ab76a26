import {
  type ByteSource,
  createGateway,
  type Gateway,
  type GatewaySettings,
  type Outcome,
  type Plugin,
  type Provider,
  type StoredCredential,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { auth } from '@sluice/plugin-auth';
import { type CredentialsOptions, credentials } from './index.ts';

export const GATEWAY_TOKEN = 'gateway-token-test';
const NOW = Date.UTC(2026, 10, 22, 12);

export interface Scenario extends Partial<Omit<CredentialsOptions, 'source'>> {
  readonly stored?: readonly StoredCredential[];
  readonly source?: CredentialsOptions['source'];
  readonly settings?: Partial<GatewaySettings>;
  readonly provider?: Partial<Provider>;
  /** Stand inside, as the circuit breaker does. */
  readonly inside?: readonly Plugin[];
  readonly upstream?: (request: UpstreamRequest) => UpstreamReply | Promise<UpstreamReply>;
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly ask: (headers?: Record<string, string>, path?: string, init?: RequestInit) => Promise<Response>;
  /** What went out, to the vendor and to where access tokens come from. */
  readonly sent: UpstreamRequest[];
  readonly outcomes: readonly Outcome[];
  /** What the operator was told. */
  readonly reports: readonly string[];
  readonly clock: { now: number };
}

/** A gateway with this plugin behind `auth`, before one provider whose upstream is a function. */
export function start(scenario: Scenario = {}): TestGateway {
  const { stored = [], settings, provider, upstream = ok, source, inside = [], ...options } = scenario;
  const sent: UpstreamRequest[] = [];
  const outcomes: Outcome[] = [];
  const reports: string[] = [];
  const clock = { now: NOW };
  const transport = {
    send: async (request: UpstreamRequest) => {
      sent.push(request);
      return upstream(request);
    },
  };
  const gateway = createGateway({
    providers: [{ ...vendor, ...provider }],
    runtime: webRuntime({ transport, now: () => clock.now }),
    report: (problem) => void reports.push(problem),
    settings: {
      gateway: (account, id) => ({ account, id, authentication: false, collectLogs: false, ...settings }),
    },
    plugins: [
      auth({ verify: (token) => token === GATEWAY_TOKEN }),
      credentials({ source: source ?? { credentials: () => stored }, allowOpen: () => true, ...options }),
      ...inside,
      {
        name: 'watcher',
        stage: 'observe',
        setup: () => ({ end: (_call, outcome) => void outcomes.push(outcome) }),
      },
    ],
  });
  const ask = (headers: Record<string, string> = {}, path = 'chat', init: RequestInit = {}): Promise<Response> =>
    gateway.fetch(
      new Request(`http://gateway.test/v1/acme/prod/${provider?.id ?? vendor.id}/${path}`, {
        method: 'POST',
        body: '{}',
        ...init,
        headers,
      }),
    );
  return { gateway, ask, sent, outcomes, reports, clock };
}

const vendor: Provider = {
  id: 'openai',
  baseUrl: 'https://vendor.test',
  credentialHeaders: ['authorization', 'x-api-key'],
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol: undefined }),
};

/** A stored key as the repository would hand it over. */
export function key(id: string, more: Partial<StoredCredential> = {}): StoredCredential {
  return {
    id,
    provider: 'openai',
    alias: 'default',
    isDefault: false,
    secret: `sk-test-${id}`,
    rateLimit: null,
    rateLimitPeriod: null,
    ...more,
  };
}

export function ok(): UpstreamReply {
  return answer(200);
}

export function answer(status: number, headers: Record<string, string> = {}, body = '{}'): UpstreamReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: pieces(body) };
}

export function pieces(...texts: string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => {} };
}

/** The key that each try was sent with. */
export function keysOf(sent: readonly UpstreamRequest[]): string[] {
  return sent.map(({ headers }) => headers.authorization?.replace('Bearer sk-test-', '') ?? 'none');
}

export async function failureOf(response: Response): Promise<{ status: number; code: number; message: string }> {
  const body = (await response.json()) as { internalCode: number; message: string };
  return { status: response.status, code: body.internalCode, message: body.message };
}
