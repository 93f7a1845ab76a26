import { BodyTooLargeError, type ByteSource, type ResponseHead, type Runtime } from './contracts/runtime.ts';
import { concat } from './engine/bytes.ts';
import { GatewayError } from './errors.ts';
import { fetchTransport } from './fetch-transport.ts';
import { createIdSource } from './ids.ts';

/** A runtime of nothing but the web platform: `fetch`, `Request`, `Response` and streams. Change parts as needed. */
export function webRuntime(parts: Partial<Runtime> = {}): Runtime {
  const now = parts.now ?? Date.now;
  return {
    name: 'web',
    transport: fetchTransport(),
    now,
    newId: createIdSource(now),
    defer: (task) => void setTimeout(task, 0),
    sha256: webSha256,
    requestHeaders: (request) => request.headers.entries(),
    requestBody: readRequestBody,
    response: webResponse,
    ...parts,
  };
}

async function webSha256(pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const bytes = concat(pieces.map((piece) => (typeof piece === 'string' ? utf8.encode(piece) : new Uint8Array(piece))));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const utf8 = new TextEncoder();

/** Reads a request's body through the platform's own stream, in one go where its length is known. */
export async function readRequestBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const announced = request.headers.get('content-length');
  if (request.body === null) return assertNoBody(request, announced);
  if (announced === null) return await readCounted(request.body, limit);
  if (Number(announced) > limit) throw new BodyTooLargeError();
  return new Uint8Array(await request.arrayBuffer());
}

/** Some platforms drop the body of a GET without a word; a call that loses a part of itself is no call. */
function assertNoBody({ method, headers }: Request, announced: string | null): null {
  const isDropped = method === 'GET' || method === 'HEAD';
  if (isDropped && (Number(announced ?? 0) > 0 || headers.has('transfer-encoding'))) {
    throw new GatewayError('invalid_request', `this runtime can't take a body with ${method}. Sluice on Node can.`);
  }
  return null;
}

async function readCounted(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(pieces);
    size += value.byteLength;
    if (size > limit) {
      void reader.cancel().catch(() => {});
      throw new BodyTooLargeError();
    }
    pieces.push(value as Uint8Array<ArrayBuffer>);
  }
}

function webResponse(head: ResponseHead, body: Uint8Array<ArrayBuffer> | ByteSource | null): Response {
  const init = { status: head.status, headers: { ...head.headers } };
  return new Response(body === null || body instanceof Uint8Array ? body : toReadableStream(body), init);
}

/** The one stream between a source and a web server: it pulls only when asked, and passes a cancel on. */
export function toReadableStream(source: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = await source.read();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  );
}
