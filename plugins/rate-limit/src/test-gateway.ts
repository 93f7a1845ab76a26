import {
  createGateway,
  type Framing,
  type GatewayOptions,
  type GatewaySettings,
  type Protocol,
  type Provider,
  UNKNOWN_USAGE,
  type UpstreamReply,
  webRuntime,
} from '@sluice/core';

/** The beginning of a minute. */
export const T0 = 1_700_000_040_000;

/** A gateway on a clock of its own, before an upstream that says what the call cost. */
export interface TestGateway {
  now: number;
  readonly settings: GatewaySettings;
  readonly reports: string[];
  /** How often the upstream was asked. */
  sent: number;
  ask(options?: AskOptions): Promise<Response>;
  /** Resolves when all calls so far are dealt with. */
  settled(): Promise<void>;
}

export interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly address?: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly gateway?: string;
}

export interface TestGatewayOptions {
  readonly settings: Partial<GatewaySettings>;
  readonly plugins: GatewayOptions['plugins'];
  readonly compat?: 'strict' | 'better';
  readonly send?: () => UpstreamReply | Promise<UpstreamReply>;
}

export function startGateway({
  settings,
  plugins,
  compat = 'better',
  send = () => reply('{}'),
}: TestGatewayOptions): TestGateway {
  const tasks: Promise<unknown>[] = [];
  const transport = {
    send: async () => {
      world.sent++;
      return send();
    },
  };
  const gateway = createGateway({
    providers: [echo],
    runtime: webRuntime({ transport, now: () => world.now }),
    settings: { gateway: (account, id) => (id === 'prod' ? world.settings : { ...world.settings, account, id }) },
    plugins: plugins ?? [],
    compat,
    report: (problem) => world.reports.push(problem),
  });
  const world: TestGateway = {
    now: T0,
    settings: { account: 'acme', id: 'prod', authentication: false, collectLogs: false, ...settings },
    reports: [],
    sent: 0,
    ask({ headers = {}, address, body = '{}', signal, gateway: id = 'prod' } = {}) {
      const init = { method: 'POST', headers, body, ...(signal && { signal }) };
      const scope = { waitUntil: (task: Promise<unknown>) => void tasks.push(task), clientAddress: address };
      return gateway.fetch(new Request(`http://gateway.test/v1/acme/${id}/echo/chat`, init), scope);
    },
    async settled() {
      await Promise.all(tasks.splice(0));
    },
  };
  return world;
}

/** An answer that used so many tokens. */
export function costing(inputTokens: number | null, outputTokens: number | null): UpstreamReply {
  return reply(JSON.stringify({ usage: { inputTokens, outputTokens } }));
}

export function reply(text: string, headers: Record<string, string> = {}): UpstreamReply {
  const pieces = [new TextEncoder().encode(text)];
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: { read: async () => pieces.shift(), cancel: () => {} },
  };
}

export function factsOf(json: unknown): ReturnType<Protocol['readReply']> {
  const usage = (json as { usage?: Partial<typeof UNKNOWN_USAGE> } | undefined)?.usage;
  return { model: null, finishReason: null, error: null, usage: usage ? { ...UNKNOWN_USAGE, ...usage } : null };
}

export const language: Protocol = {
  name: 'echo',
  operation: 'chat',
  readRequest: () => ({ model: null, stream: false }),
  readReply: ({ json }) => factsOf(json()),
  framing: (): Framing | undefined => undefined,
  readStream: () => ({ push: () => 'other', facts: factsOf(undefined), complete: true }),
  writeError: () => [],
};

const echo: Provider = {
  id: 'echo',
  baseUrl: 'https://echo.test',
  credentialHeaders: ['x-api-key'],
  resolve: ({ path }, { baseUrl }) => ({ url: `${baseUrl}/${path}`, path, protocol: language }),
};
