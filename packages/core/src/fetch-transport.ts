import {
  type ByteSource,
  type Transport,
  TransportError,
  type UpstreamReply,
  type UpstreamRequest,
} from './contracts/runtime.ts';

/** Reaches upstreams through the platform's `fetch`: the way of Bun, Deno and workerd. */
export function fetchTransport(fetchImpl: typeof fetch = fetch): Transport {
  return {
    async send(request) {
      const controller = new AbortController();
      const leave = (): void => controller.abort(request.signal.reason);
      if (request.signal.aborted) leave();
      request.signal.addEventListener('abort', leave, { once: true });
      const timer = setTimeout(() => controller.abort(timedOut(request)), request.timeoutMs);
      try {
        const response = await fetchImpl(request.url, requestInit(request, controller.signal));
        return toUpstreamReply(response, controller, () => request.signal.removeEventListener('abort', leave));
      } catch (thrown) {
        request.signal.removeEventListener('abort', leave);
        throw toTransportError(thrown, controller.signal);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function requestInit(request: UpstreamRequest, signal: AbortSignal): RequestInit {
  const { method, headers, body } = request;
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new TransportError('unreachable', `this runtime can't send a body with ${method}`);
  }
  return { method, headers: { ...headers }, body, signal, redirect: 'manual' };
}

function timedOut({ timeoutMs }: UpstreamRequest): TransportError {
  return new TransportError('timeout', `no head of an answer within ${timeoutMs} ms`);
}

function toTransportError(thrown: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (thrown instanceof TransportError) return thrown;
  return new TransportError('unreachable', messageOf(thrown), { cause: thrown });
}

function toUpstreamReply(response: Response, controller: AbortController, release: () => void): UpstreamReply {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) headers[name] = value;
  // `fetch` has undone these encodings by now, so the two headers no longer describe the body. Any other is left to the
  // client, who can read its name.
  if (DECODED.test(headers['content-encoding'] ?? '')) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  return { status: response.status, headers, body: toSource(response.body, controller, release) };
}

/** What every platform's `fetch` decodes by itself. */
const DECODED = /^(?:x-gzip|gzip|deflate|br)$/i;

function toSource(
  body: ReadableStream<Uint8Array> | null,
  controller: AbortController,
  release: () => void,
): ByteSource {
  const reader = body?.getReader();
  let isCancelled = false;
  return {
    async read() {
      if (reader === undefined || isCancelled) return undefined;
      try {
        const { done, value } = await reader.read();
        if (done) release();
        return value as Uint8Array<ArrayBuffer> | undefined;
      } catch (thrown) {
        release();
        if (isCancelled) return undefined;
        throw new TransportError('interrupted', messageOf(thrown), { cause: thrown });
      }
    },
    cancel() {
      if (isCancelled) return;
      isCancelled = true;
      release();
      // Cancelling the reader alone lets some runtimes drain the connection first; the abort closes it.
      void reader?.cancel().catch(() => {});
      controller.abort();
    },
  };
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'the connection failed';
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}
