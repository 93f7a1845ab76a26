import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { BodyTooLargeError, type ByteSource, type ResponseHead, type Runtime } from '../contracts/runtime.ts';
import { readRequestBody, webRuntime } from '../web-runtime.ts';
import { nodeSha256 } from './sha256.ts';
import { undiciTransport } from './undici-transport.ts';

export interface NodeRuntimeOptions {
  /** The server's cheap `Response`, such as srvx's `FastResponse`; it takes a body with a `pipe` method. */
  readonly Response?: ResponseClass;
}

type ResponseClass = new (body?: BodyInit | null, init?: ResponseInit) => Response;

/** Node.js: undici below, and the server's own request and response objects where it lends them (srvx does). */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const FastResponse = options.Response;
  return webRuntime({
    name: 'node',
    transport: undiciTransport(),
    defer: (task) => void setImmediate(task),
    sha256: nodeSha256,
    requestHeaders: (request) => nativeHeaders(nativeRequest(request)) ?? request.headers.entries(),
    requestBody: (request, limit) => {
      const native = nativeRequest(request);
      return native === undefined ? readRequestBody(request, limit) : readNative(native, limit);
    },
    ...(FastResponse && { response: (head, body) => fastResponse(FastResponse, head, body) }),
  });
}

function nativeRequest(
  request: Request & { runtime?: { node?: { req?: IncomingMessage } } },
): IncomingMessage | undefined {
  return request.runtime?.node?.req;
}

function nativeHeaders(request: IncomingMessage | undefined): [string, string][] | undefined {
  if (request === undefined) return undefined;
  const entries: [string, string][] = [];
  for (const name in request.headers) {
    const value = request.headers[name];
    if (value !== undefined) entries.push([name, typeof value === 'string' ? value : value.join(', ')]);
  }
  return entries;
}

function readNative(request: IncomingMessage, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = request.headers['content-length'];
  if (announced === undefined && request.headers['transfer-encoding'] === undefined) return Promise.resolve(null);
  if (Number(announced ?? 0) > limit) return Promise.reject(new BodyTooLargeError());
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    request.on('data', (piece: Buffer) => {
      size += piece.byteLength;
      if (size <= limit) pieces.push(piece);
      else reject(new BodyTooLargeError());
    });
    request.on('end', () =>
      resolve((pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)) as Uint8Array<ArrayBuffer>),
    );
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('The client left before its request was whole.'));
    });
  });
}

function fastResponse(
  FastResponse: ResponseClass,
  { status, headers }: ResponseHead,
  body: Uint8Array<ArrayBuffer> | ByteSource | null,
): Response {
  const init = { status, statusText: STATUS_CODES[status] ?? '', headers };
  if (body === null || body instanceof Uint8Array) return new FastResponse(body, init);
  return new FastResponse(
    { pipe: (response: ServerResponse) => void pump(body, response) } as unknown as BodyInit,
    init,
  );
}

/** Writes a source to the socket's own response: a web stream in between costs a third more per piece. */
async function pump(source: ByteSource, response: ServerResponse): Promise<void> {
  response.on('close', () => source.cancel());
  const flush = setImmediate(() => response.flushHeaders());
  try {
    for (;;) {
      const piece = await source.read();
      clearImmediate(flush);
      if (piece === undefined) break;
      if (!response.write(piece) && !response.destroyed) await drained(response);
    }
    response.end();
  } catch (thrown) {
    clearImmediate(flush);
    response.destroy(thrown instanceof Error ? thrown : undefined);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
