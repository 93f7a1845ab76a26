import { type AddressInfo, createServer, type Socket } from 'node:net';
import { playScript } from './play-script.ts';
import { createRequestReader, type RecordedRequest } from './request-reader.ts';
import type { UpstreamScript } from './script.ts';

/** A vendor that does exactly what a test says, faults included: raw HTTP/1.1 on 127.0.0.1. */
export interface Upstream {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Every whole request so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** What is answered from now on: the same for all, or as the function says. */
  respond(script: UpstreamScript | Answer): void;
  /** The request of this index, once it has arrived. */
  arrived(index: number): Promise<RecordedRequest>;
  /** Resolves when the peer has closed the connection of this request. */
  disconnected(index: number): Promise<Disconnect>;
  /** Forgets the requests so far; the next one has index 0. */
  forget(): void;
  /** Closes every connection. Rejects with what a script function threw, if one did. */
  close(): Promise<void>;
}

/** Decides what to answer; `index` counts the requests from zero. */
export type Answer = (request: RecordedRequest, index: number) => UpstreamScript | Promise<UpstreamScript>;

/** When and how the peer left. */
export interface Disconnect {
  /** `performance.now()` of this process, to compare with a moment that the test noted. */
  readonly at: number;
  /** The answer had not been written to its end. */
  readonly early: boolean;
}

/** Starts a stand-in on a free port. Until `respond` is called it answers 200 with `{}`. */
export async function startUpstream(): Promise<Upstream> {
  const sockets = new Set<Socket>();
  let answer: Answer = () => ({ headers: { 'content-type': 'application/json' }, body: '{}' });
  let exchanges: Exchange[] = [];
  let waiting: Waiting[] = [];
  let failure: unknown;

  const onRequest = async (socket: Socket, left: Promise<number>, request: RecordedRequest): Promise<void> => {
    const exchange = startExchange(left, request);
    const index = exchanges.push(exchange) - 1;
    for (const waiter of waiting.filter((each) => each.index === index)) waiter.resolve(exchange);
    waiting = waiting.filter((each) => each.index !== index);
    try {
      const script = await answer(request, index);
      await playScript(socket, request.method, script);
      if ((script.ending ?? 'end') === 'end') exchange.finish();
    } catch (cause) {
      failure ??= cause;
      socket.destroy();
    }
  };

  const exchangeOf = (index: number): Promise<Exchange> => {
    const exchange = exchanges[index];
    return exchange ? Promise.resolve(exchange) : new Promise((resolve) => waiting.push({ index, resolve }));
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A peer that resets is an ordinary event here; `disconnected` tells of it.
    socket.on('error', () => socket.destroy());
    const left = departure(socket);
    serve(socket, (request) => onRequest(socket, left, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return exchanges.map((exchange) => exchange.request);
    },
    respond: (script) => {
      answer = typeof script === 'function' ? script : () => script;
    },
    arrived: async (index) => (await exchangeOf(index)).request,
    disconnected: async (index) => (await exchangeOf(index)).disconnected,
    forget: () => {
      exchanges = [];
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      if (failure !== undefined) throw failure;
    },
  };
}

interface Exchange {
  readonly request: RecordedRequest;
  readonly disconnected: Promise<Disconnect>;
  /** The answer was written to its end. */
  finish(): void;
}

interface Waiting {
  readonly index: number;
  resolve(exchange: Exchange): void;
}

/** Requests of one connection are answered one after the other, pipelined or not. */
function serve(socket: Socket, onRequest: (request: RecordedRequest) => Promise<void>): void {
  let turn = Promise.resolve();
  const read = createRequestReader({
    request: (request) => {
      turn = turn.then(() => onRequest(request));
    },
    expectsContinue: () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  });
  socket.on('data', read);
}

/** When the peer leaves this connection. */
function departure(socket: Socket): Promise<number> {
  return new Promise((resolve) => {
    const left = (): void => resolve(performance.now());
    socket.once('end', left).once('close', left);
  });
}

function startExchange(left: Promise<number>, request: RecordedRequest): Exchange {
  let finishedAt = Number.POSITIVE_INFINITY;
  return {
    request,
    disconnected: left.then((at) => ({ at, early: at < finishedAt })),
    finish: () => {
      finishedAt = performance.now();
    },
  };
}
