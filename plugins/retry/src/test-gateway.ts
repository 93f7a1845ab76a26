import {
  type ByteSource,
  createGateway,
  type Framing,
  type GatewaySettings,
  NO_FACTS,
  type Plugin,
  type Protocol,
  type Provider,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { type RetryOptions, retry } from './index.ts';

export type Answer = UpstreamReply | Error | ((request: UpstreamRequest) => Promise<UpstreamReply>);

export interface TestOptions extends Partial<GatewaySettings> {
  readonly retry?: RetryOptions;
  /** Around and inside of the plugin. */
  readonly plugins?: readonly Plugin[];
  /** What passes while the upstream thinks about one answer. */
  readonly thinkingMs?: number;
}

export interface TestGateway {
  readonly sent: readonly UpstreamRequest[];
  /** How long was waited before each further try, in milliseconds. */
  readonly waits: readonly number[];
  ask(headers?: Record<string, string>, init?: RequestInit): Promise<Response>;
}

/** A gateway whose upstream gives these answers in turn, the last one for ever, and whose clock moves only while it waits. */
export function start(answers: readonly Answer[], options: TestOptions = {}): TestGateway {
  const { retry: own, plugins = [], thinkingMs = 0, ...settings } = options;
  let clock = 1_000_000;
  const waits: number[] = [];
  const sent: UpstreamRequest[] = [];
  const transport = {
    send: async (request: UpstreamRequest): Promise<UpstreamReply> => {
      sent.push(request);
      clock += thinkingMs;
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(request) : answer;
    },
  };
  const timer = (task: () => void, ms: number) => {
    waits.push(ms);
    clock += ms;
    queueMicrotask(task);
    return () => {};
  };
  const gateway = createGateway({
    providers: [provider],
    runtime: webRuntime({ transport, now: () => clock }),
    settings: {
      gateway: (account, id) => ({ account, id, authentication: false, collectLogs: false, ...settings }),
    },
    plugins: [...plugins, retry({ random: () => 1, timer, ...own })],
  });
  return {
    sent,
    waits,
    ask: (headers = {}, init = {}) =>
      gateway.fetch(new Request('http://gateway.test/v1/acc/gw/lines/chat', { ...init, headers })),
  };
}

export function answer(status: number, headers: Record<string, string> = {}): UpstreamReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: pieces(`{"status":${status}}`) };
}

/** A stream of lines; `onCancel` is told when nobody reads it any more. */
export function stream(lines: readonly string[], onCancel: () => void = () => {}): UpstreamReply {
  const body = pieces(...lines.map((line) => `${line}\n`));
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: { ...body, cancel: onCancel } };
}

export function pieces(...texts: string[]): ByteSource {
  const queue = texts.map((text) => new TextEncoder().encode(text));
  return { read: () => Promise.resolve(queue.shift()), cancel: () => {} };
}

const provider: Provider = {
  id: 'lines',
  baseUrl: 'https://lines.test',
  credentialHeaders: ['authorization'],
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol: lines }),
};

/** A language of lines: `error {status}` is an error, `end` the end, everything else content. */
const lines: Protocol = {
  name: 'lines',
  operation: 'chat',
  readRequest: () => ({ model: null, stream: true }),
  readReply: () => NO_FACTS,
  framing: (contentType) => (contentType === 'text/event-stream' ? framing : undefined),
  readStream: () => {
    let seen = '';
    return {
      push: ({ data = '' }) => {
        seen = data;
        if (data.startsWith('error')) return 'error';
        return data === 'end' ? 'end' : 'content';
      },
      get facts() {
        if (!seen.startsWith('error')) return NO_FACTS;
        const status = Number(seen.slice('error '.length));
        return { ...NO_FACTS, error: { code: null, message: 'too busy', ...(status > 0 && { status }) } };
      },
      get complete() {
        return seen === 'end';
      },
    };
  },
  writeError: ({ code }) => [{ data: `broken ${code}` }],
};

const framing: Framing = {
  name: 'ndjson',
  createDecoder: () => ({
    push: (chunk, sink) => {
      let at = 0;
      for (const line of new TextDecoder().decode(chunk).split('\n').slice(0, -1)) {
        at += line.length + 1;
        sink({ data: line, end: at });
      }
      return chunk;
    },
    end: () => new Uint8Array(0),
  }),
  encode: ({ data }) => new TextEncoder().encode(`${data}\n`),
  terminator: new Uint8Array(0),
  close: () => new Uint8Array(0),
};
