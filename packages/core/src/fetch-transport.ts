import {
  type ByteSource,
  type Transport,
  TransportError,
  type UpstreamReply,
  type UpstreamRequest,
} from './contracts/runtime.ts';
import { GatewayError } from './errors.ts';
import { failureText } from './failure-text.ts';

export interface FetchTransportOptions {
  /** The platform's own unless set. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The content encodings that this `fetch` undoes by itself; gzip, deflate and br unless set. */
  readonly decodes?: readonly string[];
}

/** Reaches upstreams through the platform's `fetch`: the way of Bun, Deno and workerd. */
export function fetchTransport(options: FetchTransportOptions = {}): Transport {
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  const decodes = new Set(options.decodes ?? ['gzip', 'x-gzip', 'deflate', 'br']);
  const underWay = new Set<Exchange>();
  return {
    async send(request) {
      assertSendable(request);
      const exchange = new Exchange(request, underWay);
      try {
        const response = await send(request.url, requestInit(request, exchange.signal));
        exchange.answered();
        return toUpstreamReply(response, exchange, decodes);
      } catch (thrown) {
        exchange.over();
        throw exchange.signal.aborted ? exchange.signal.reason : unreachable(thrown);
      }
    },
    abort() {
      for (const exchange of underWay) exchange.abort(new TransportError('stopped', 'the gateway is stopping'));
    },
  };
}

/** Fetch standard, 2.2.1 (forbidden methods) and 5.4 (no body with GET or HEAD). */
function assertSendable({ method, body }: UpstreamRequest): void {
  if (/^(?:CONNECT|TRACE|TRACK)$/i.test(method)) {
    throw new GatewayError('invalid_request', `this runtime can't forward ${method}. Sluice on Node can.`);
  }
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new GatewayError('invalid_request', `this runtime can't forward a body with ${method}. Sluice on Node can.`);
  }
}

function requestInit({ method, headers, body }: UpstreamRequest, signal: AbortSignal): RequestInit {
  return { method, headers: { ...headers }, body, signal, redirect: 'manual' };
}

function unreachable(thrown: unknown): TransportError {
  return new TransportError('unreachable', failureText(thrown), { cause: thrown });
}

/** One request's life: it ends with its body, with the client, with the time limit or with the gateway. */
class Exchange {
  readonly #controller = new AbortController();
  readonly #client: AbortSignal;
  readonly #underWay: Set<Exchange>;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #leave = (): void => this.abort(this.#client.reason);

  constructor({ signal, timeoutMs }: UpstreamRequest, underWay: Set<Exchange>) {
    this.#client = signal;
    this.#underWay = underWay;
    this.#timer = setTimeout(() => this.abort(timedOut(timeoutMs)), timeoutMs);
    underWay.add(this);
    if (signal.aborted) this.#leave();
    else signal.addEventListener('abort', this.#leave, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  answered(): void {
    clearTimeout(this.#timer);
  }

  abort(reason?: unknown): void {
    this.over();
    this.#controller.abort(reason);
  }

  over(): void {
    clearTimeout(this.#timer);
    this.#underWay.delete(this);
    this.#client.removeEventListener('abort', this.#leave);
  }
}

function timedOut(timeoutMs: number): TransportError {
  return new TransportError('timeout', `no head of an answer within ${timeoutMs} ms`);
}

function toUpstreamReply(response: Response, exchange: Exchange, decodes: ReadonlySet<string>): UpstreamReply {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) headers[name] = value;
  // What `fetch` has undone no longer describes the body. Any other encoding is left to the client, who can read its name.
  if (isDecoded(headers['content-encoding'], decodes)) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  return { status: response.status, headers, body: new FetchSource(response.body, exchange) };
}

function isDecoded(encoding: string | undefined, decodes: ReadonlySet<string>): boolean {
  return encoding?.split(',').every((name) => decodes.has(name.trim().toLowerCase())) ?? false;
}

class FetchSource implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  readonly #exchange: Exchange;
  #isOver = false;

  constructor(body: ReadableStream<Uint8Array<ArrayBuffer>> | null, exchange: Exchange) {
    this.#reader = body?.getReader();
    this.#exchange = exchange;
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#reader === undefined || this.#isOver) {
      this.#exchange.over();
      return undefined;
    }
    try {
      const { done, value } = await this.#reader.read();
      if (done) this.#end();
      return value;
    } catch (thrown) {
      const isCancelled = this.#isOver;
      this.#end();
      if (isCancelled) return undefined;
      if (this.#exchange.signal.reason instanceof TransportError) throw this.#exchange.signal.reason;
      throw new TransportError('interrupted', failureText(thrown), { cause: thrown });
    }
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#end();
    void this.#reader?.cancel().catch(() => {});
    // Cancelling the reader alone lets some runtimes drain the connection first; the abort closes it.
    this.#exchange.abort();
  }

  #end(): void {
    this.#isOver = true;
    this.#exchange.over();
  }
}
