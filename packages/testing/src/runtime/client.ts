import { Agent, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Socket } from 'node:net';

/** What a client sends; names and values go out as written here. */
export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An answer that was read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  text(): string;
  /** The body as JSON, of whatever shape the test says. */
  json<T>(): T;
}

/** An answer that is read piece by piece. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next bytes, or undefined at the end. Rejects when the connection broke. */
  next(): Promise<Buffer | undefined>;
  /** Everything up to where this text ends. Rejects when the answer ends before. */
  until(text: string): Promise<string>;
  /** All that is left. */
  rest(): Promise<Buffer>;
  /** Closes the connection and says when that was done, as `performance.now()`. */
  leave(): Promise<number>;
}

/** Sends a request as plain HTTP: no decoding, no normalising of paths, no header of its own but the necessary. */
export async function ask(url: string, wanted: ClientRequest = {}): Promise<Answer> {
  const answer = await open(url, wanted);
  const body = await answer.rest();
  const text = (): string => body.toString('utf8');
  const { status, headers } = answer;
  return { status, headers, body, text, json: <T>() => JSON.parse(text()) as T };
}

/** Sends a request and resolves with the head of its answer. */
export async function open(url: string, wanted: ClientRequest = {}): Promise<OpenAnswer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(toOptions(url, wanted), resolve).on('error', reject);
    outgoing.end(wanted.body);
  });
  return toOpenAnswer(response);
}

/** Sends a request and gives it up before anything has come back. */
export function askInVain(url: string, wanted: ClientRequest = {}): Pick<OpenAnswer, 'leave'> {
  const outgoing = request(toOptions(url, wanted)).on('error', () => {});
  outgoing.end(wanted.body);
  return { leave: () => leave(outgoing) };
}

/** Announces a larger body than it sends, and resolves when the head and this part of the body are on their way. */
export async function beginUpload(
  url: string,
  wanted: ClientRequest,
  size: number,
): Promise<Pick<OpenAnswer, 'leave'>> {
  const headers = { ...wanted.headers, 'content-length': String(size) };
  const outgoing = request(toOptions(url, { ...wanted, headers })).on('error', () => {});
  await new Promise((resolve) => outgoing.write(wanted.body, resolve));
  return { leave: () => leave(outgoing) };
}

function leave(exchange: { readonly socket: Socket | null; destroy(): unknown }): Promise<number> {
  const closed = new Promise<number>((resolve) => {
    exchange.socket?.once('close', () => resolve(performance.now()));
  });
  exchange.destroy();
  return closed;
}

/** Keeps connections like every real client: a server that closes one under an upload breaks the upload. */
const agent = new Agent({ keepAlive: true });

/** `new URL` would tidy up the path, so it is cut out of the text. */
function toOptions(url: string, { method = 'GET', headers = {}, body }: ClientRequest): RequestOptions {
  const { hostname, port, origin } = new URL(url);
  const isChunked = headers['transfer-encoding'] !== undefined;
  const length = body === undefined || isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const path = url.slice(origin.length) || '/';
  return { hostname, port, path, method, headers: { ...length, ...headers }, agent };
}

function toOpenAnswer(response: IncomingMessage): OpenAnswer {
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async (): Promise<Buffer | undefined> => {
    const { done, value } = await pieces.next();
    return done === true ? undefined : value;
  };
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    until: (text) => readUntil(next, text),
    rest: async () => {
      const all: Buffer[] = [];
      for (let piece = await next(); piece !== undefined; piece = await next()) all.push(piece);
      return Buffer.concat(all);
    },
    leave: () => leave(response),
  };
}

async function readUntil(next: OpenAnswer['next'], text: string): Promise<string> {
  let seen = '';
  while (!seen.includes(text)) {
    const piece = await next();
    if (piece === undefined) throw new Error(`The answer ended without ${JSON.stringify(text)}: ${seen}`);
    seen += piece.toString('utf8');
  }
  return seen;
}
