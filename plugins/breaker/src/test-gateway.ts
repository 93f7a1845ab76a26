import {
  type BreakerPolicy,
  type CallPatch,
  createGateway,
  type Framing,
  NO_FACTS,
  type Plugin,
  type Protocol,
  type Provider,
  type UpstreamReply,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { breaker } from './index.ts';

export type Answer = UpstreamReply | Error | Promise<UpstreamReply>;

export interface TestGateway {
  /** What went upstream. */
  readonly sent: readonly UpstreamRequest[];
  /** What the upstream answers from now on. */
  answers(answer: () => Answer): void;
  /** Moves the clock. */
  pass(seconds: number): void;
  /** A call that something else can answer, unless `alone`. */
  ask(options?: Ask): Promise<Response>;
  /** Resolves when everybody has learnt how the calls so far ended. */
  settled(): Promise<void>;
}

export interface Ask {
  readonly model?: string;
  readonly gateway?: string;
  readonly key?: string;
  /** The id of the stored credential in use. */
  readonly credential?: string;
  /** Nothing else can answer. */
  readonly alone?: boolean;
  readonly signal?: AbortSignal;
}

/** A gateway whose clock stands still until it is moved. */
export function start(policy?: BreakerPolicy): TestGateway {
  let clock = 1_000_000;
  let answer: () => Answer = () => json(200);
  const sent: UpstreamRequest[] = [];
  const endings: Promise<unknown>[] = [];
  const scope = { waitUntil: (ending: Promise<unknown>) => void endings.push(ending) };
  const transport = {
    send: async (request: UpstreamRequest) => {
      sent.push(request);
      const given = await answer();
      if (given instanceof Error) throw given;
      return given;
    },
  };
  const gateway = createGateway({
    providers: [words],
    runtime: webRuntime({ transport, now: () => clock }),
    settings: {
      gateway: (account, id) => ({
        account,
        id,
        authentication: false,
        collectLogs: false,
        ...(policy && { traffic: { breaker: policy } }),
      }),
    },
    plugins: [outside, breaker()],
  });
  return {
    sent,
    answers: (next) => {
      answer = next;
    },
    pass: (seconds) => {
      clock += seconds * 1000;
    },
    ask: ({ model = 'big', gateway: id = 'gw', key = 'sk-test-a', credential, alone = false, signal } = {}) => {
      const headers = {
        authorization: `Bearer ${key}`,
        ...(!alone && { 'cf-aig-test-rescuable': 'true' }),
        ...(credential !== undefined && { 'cf-aig-test-credential': credential }),
      };
      const init = { method: 'POST', body: JSON.stringify({ model }), headers, ...(signal && { signal }) };
      return gateway.fetch(new Request(`http://gateway.test/v1/acc/${id}/words/chat`, init), scope);
    },
    settled: async () => void (await Promise.all(endings.splice(0))),
  };
}

export function json(status: number, headers: Record<string, string> = {}): UpstreamReply {
  return stream(['{}'], { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** A streamed answer of these lines; with `stuck` it never ends. */
export function stream(
  lines: readonly string[],
  parts: Partial<UpstreamReply> & { stuck?: boolean } = {},
): UpstreamReply {
  const { stuck = false, ...rest } = parts;
  const queue = lines.map((line) => new TextEncoder().encode(`${line}\n`));
  const over = Promise.withResolvers<undefined>();
  const read = async () => queue.shift() ?? (stuck ? over.promise : undefined);
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: { read, cancel: () => over.resolve(undefined) },
    ...rest,
  };
}

/** Stands for the plugins that know whether something else can answer, and which credential is in use. */
const outside: Plugin = {
  name: 'outside',
  stage: 'route',
  setup: () => ({
    handle(call, next) {
      const rescuable = call.options.has('test-rescuable');
      const patch: CallPatch = { rescuable, credential: call.options.get('test-credential') ?? null };
      return next(patch);
    },
  }),
};

const words: Provider = {
  id: 'words',
  baseUrl: 'https://words.test',
  credentialHeaders: ['authorization'],
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol }),
};

/** A language of lines: `error {status}` is an error, `end` the end, everything else content. */
const protocol: Protocol = {
  name: 'words',
  operation: 'chat',
  readRequest: (request) => ({ model: (request.json() as { model: string }).model, stream: true }),
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
        return { ...NO_FACTS, error: { code: null, message: 'too busy', status: Number(seen.slice(6)) } };
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
