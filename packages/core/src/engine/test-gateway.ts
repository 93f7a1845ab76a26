import {
  type ByteSource,
  type Call,
  createGateway,
  type Gateway,
  type GatewayOptions,
  type Outcome,
  type Plugin,
  type Provider,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '../index.ts';

export const UUID_V7: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A gateway and the way to it. */
export interface TestGateway {
  readonly gateway: Gateway;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** What went upstream. */
  readonly sent: readonly UpstreamRequest[];
}

export type Send = (request: UpstreamRequest) => UpstreamReply | Promise<UpstreamReply>;

const open: Gateway[] = [];

/** Closes every gateway that a test has started. */
export async function closeAll(): Promise<void> {
  for (const gateway of open.splice(0)) await gateway.close(0);
}

/** A gateway before one provider, `echo`, whose upstream is a function. */
export function start(options: Partial<GatewayOptions> = {}, send: Send = () => json('{}')): TestGateway {
  const sent: UpstreamRequest[] = [];
  const transport = {
    send: async (request: UpstreamRequest) => {
      sent.push(request);
      return send(request);
    },
  };
  const gateway = createGateway({ providers: [echo], runtime: webRuntime({ transport }), ...options });
  open.push(gateway);
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    gateway.fetch(new Request(`http://gateway.test${path}`, init));
  return { gateway, ask, sent };
}

export const echo: Provider = {
  id: 'echo',
  baseUrl: 'https://echo.test',
  credentialHeaders: ['authorization'],
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol: undefined }),
};

export function handler(stage: Plugin['stage'], handle: NonNullable<ReturnType<Plugin['setup']>['handle']>): Plugin {
  return { name: `test-${stage}`, stage, setup: () => ({ handle }) };
}

export function watcher(end: (call: Call, outcome: Outcome) => unknown): Plugin {
  return { name: 'watcher', stage: 'observe', setup: () => ({ end: (call, outcome) => void end(call, outcome) }) };
}

export function json(text: string): UpstreamReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: pieces(text) };
}

export function pieces(...texts: string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => {} };
}

/** One piece, then silence until it is cancelled. */
export function stuck(text: string): ByteSource {
  const first = pieces(text);
  const end = Promise.withResolvers<undefined>();
  return { read: async () => (await first.read()) ?? end.promise, cancel: () => end.resolve(undefined) };
}

export function delayed(source: ByteSource, gates: (Promise<void> | undefined)[]): ByteSource {
  const read = async () => {
    await gates.shift();
    return source.read();
  };
  return { ...source, read };
}
