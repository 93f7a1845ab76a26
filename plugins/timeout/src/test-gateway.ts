import {
  createGateway,
  type Framing,
  fetchTransport,
  type Gateway,
  NO_FACTS,
  type Plugin,
  type Protocol,
  type Provider,
  type TimeoutRule,
  type UpstreamRequest,
  webRuntime,
} from '@sluice/core';
import { timeout } from './index.ts';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly sent: readonly UpstreamRequest[];
  /** Asks for a model, and waits at most so many milliseconds when `asked` is set. */
  ask(asked?: string, model?: string): Promise<Response>;
}

/** A gateway with these rules in front of an upstream that answers as `respond` does; silent unless set. */
export function start(
  rules: readonly TimeoutRule[] | undefined,
  respond: () => Response | Promise<Response> = () => new Promise(() => {}),
  plugins: readonly Plugin[] = [],
): TestGateway {
  const sent: UpstreamRequest[] = [];
  const real = fetchTransport({ fetch: (_, { signal }) => Promise.race([respond(), rejected(signal)]) });
  const send = (request: UpstreamRequest) => {
    sent.push(request);
    return real.send(request);
  };
  const gateway = createGateway({
    providers: [lines],
    runtime: webRuntime({ transport: { send } }),
    settings: {
      gateway: (account, id) => ({
        account,
        id,
        authentication: false,
        collectLogs: false,
        ...(rules && { traffic: { timeouts: rules } }),
      }),
    },
    plugins: [...plugins, timeout()],
  });
  const ask = (asked?: string, model = 'big'): Promise<Response> => {
    const headers = {
      'content-type': 'application/json',
      ...(asked !== undefined && { 'cf-aig-request-timeout': asked }),
    };
    const init = { method: 'POST', body: JSON.stringify({ model }), headers };
    return gateway.fetch(new Request('http://gateway.test/v1/acc/gw/lines/chat', init));
  };
  return { gateway, sent, ask };
}

/** A streamed answer of these lines; a number is how many milliseconds pass before the next, and nothing ends it but `end`. */
export function streaming(...steps: readonly (string | number)[]): Response {
  const queue = [...steps];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let step = queue.shift();
      if (typeof step === 'number') {
        await passed(step);
        step = queue.shift();
      }
      if (step === undefined) return await new Promise(() => {});
      controller.enqueue(new TextEncoder().encode(`${step}\n`));
      if (step === 'end') controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}

function rejected(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

const lines: Provider = {
  id: 'lines',
  baseUrl: 'https://lines.test',
  credentialHeaders: ['authorization'],
  resolve: ({ path, query }, { baseUrl }) => ({ url: `${baseUrl}/${path}${query}`, path, protocol: words }),
};

/** A language of lines: `ping` and `start` are life, `end` the end, everything else content. */
const words: Protocol = {
  name: 'words',
  operation: 'chat',
  readRequest: (request) => ({ model: (request.json() as { model: string }).model, stream: true }),
  readReply: () => NO_FACTS,
  framing: (contentType) => (contentType === 'text/event-stream' ? framing : undefined),
  readStream: () => {
    let complete = false;
    return {
      push: ({ data }) => {
        if (data === 'ping' || data === 'start') return 'other';
        complete ||= data === 'end';
        return complete ? 'end' : 'content';
      },
      facts: NO_FACTS,
      get complete() {
        return complete;
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
