import type { MaybePromise } from './call.ts';

/** Everything that differs between Node, Bun, Deno and workerd, so that the engine need not know. */
export interface Runtime {
  readonly name: string;
  /** How upstreams are reached. */
  readonly transport: Transport;
  /** Milliseconds since 1970. */
  now(): number;
  /** A UUIDv7, lower case (RFC 9562, 5.7). */
  newId(): string;
  /** Runs a task once the current answer had its turn. */
  defer(task: () => void): void;
  /** SHA-256 of the pieces one behind the other, in lower-case hex. */
  sha256(pieces: readonly (string | Uint8Array)[]): MaybePromise<string>;
  /** The headers of a server's request, lower-case names. */
  requestHeaders(request: Request): Iterable<readonly [string, string]>;
  /** The whole body, or null when there is none. Throws `BodyTooLargeError` past `limit` bytes. */
  requestBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The server's response, in the cheapest form that its server takes. */
  response(head: ResponseHead, body: Uint8Array<ArrayBuffer> | ByteSource | null): Response;
}

export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request body went past the limit. */
export class BodyTooLargeError extends Error {
  override readonly name: string = 'BodyTooLargeError';
}

/** What comes with one request and differs from the next. */
export interface RequestScope {
  /** Keeps background work alive after the response (`ctx.waitUntil` on Workers). */
  waitUntil(task: Promise<unknown>): void;
  readonly clientAddress?: string | undefined;
}

/** Sends requests upstream. It neither retries nor follows redirects. */
export interface Transport {
  /**
   * Resolves when the head of the answer is here. Rejects with the signal's reason when aborted, and with
   * `TransportError` when the upstream can't be reached or breaks off before its head.
   */
  send(request: UpstreamRequest): Promise<UpstreamReply>;
  /** Breaks off whatever is under way; each rejects with a `TransportError` of kind `stopped`. */
  abort?(): void;
  /** Gives back idle connections. */
  close?(): Promise<void>;
}

export interface UpstreamRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  /** How long to wait for the head of the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** The head of an upstream's answer, and its body still to be read. Content encodings are already undone. */
export interface UpstreamReply {
  readonly status: number;
  /** Lower-case names; `content-encoding` and `content-length` only where they are true of the body as read here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ByteSource;
}

/** Bytes on their way: pulled one piece at a time, so that a slow reader slows the upstream. */
export interface ByteSource {
  /** The next piece, or undefined at the end. Rejects with `TransportError` when the upstream breaks off. */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Nobody wants the rest: closes the upstream connection at once, and a read that waits gets undefined. Safe to call
   * twice or after the end.
   */
  cancel(): void;
}

/** The upstream could not be reached, did not answer in time or broke off, or the gateway itself is stopping. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';
  readonly kind: 'unreachable' | 'timeout' | 'interrupted' | 'stopped';

  constructor(kind: TransportError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
