import type { RequestFacts, RequestView } from './protocol.ts';
import type { Provider, UpstreamTarget } from './provider.ts';
import type { GatewaySettings } from './settings.ts';
import type { CallState } from './state.ts';

export type MaybePromise<T> = T | Promise<T>;

/** One request of a client, immutable: `next(patch)` hands a patched copy inwards. */
export interface Call extends RequestView {
  /** A UUIDv7; the client reads it as `cf-aig-request-id`. */
  readonly id: string;
  /** The client's `cf-aig-event-id`, or `id`. */
  readonly eventId: string;
  /** Which step of a fallback chain this is, from zero. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly account: string;
  readonly gateway: GatewaySettings;
  readonly provider: Provider;
  readonly target: UpstreamTarget;
  /** What goes upstream: lower-case names, without hop-by-hop and `cf-aig-*` headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client's `cf-aig-*` headers without that prefix: `options.get('collect-log')`. */
  readonly options: ReadonlyMap<string, string>;
  /** `cf-aig-metadata`, or null when there is none or it is not a flat object. */
  readonly metadata: Metadata | null;
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** What the request says, read on first use. */
  readonly request: RequestFacts;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  /** The time limits of this call where they differ from the gateway's own. */
  readonly timeouts: CallTimeouts;
  /**
   * A failure before the first byte to the client can still be made good, by a retry or a fallback. The engine then
   * looks at a stream's first event before it lets the stream go: see `StreamReply.opensWith`.
   */
  readonly rescuable: boolean;
  /** Which stored credential stands in the headers; null when the client brought its own, or nobody any. */
  readonly credential: string | null;
  readonly state: CallState;
  readonly clientAddress: string | undefined;
  /** Keeps background work alive after the answer. Workers give it 30 seconds. */
  waitUntil(task: Promise<unknown>): void;
}

/** Custom metadata of a call: flat, numbers and booleans keep their type. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** Milliseconds; what is absent is as the gateway's limits have it. */
export interface CallTimeouts {
  /** To the head of the answer. */
  readonly firstByteMs?: number;
  /** In place of `firstByteMs`, as the client itself has asked; the last of several tries goes without it. */
  readonly clientFirstByteMs?: number;
  /** To the first event of a stream; a ping or a start event counts. */
  readonly firstTokenMs?: number;
  /** Between two pieces of an answer. */
  readonly idleMs?: number;
  /** When all must be over, in milliseconds since 1970. */
  readonly deadlineAt?: number;
}

/** What a plugin may change for the stages inside it. With `options`, `metadata` and `eventId` follow. */
export type CallPatch = Partial<
  Pick<
    Call,
    | 'provider'
    | 'target'
    | 'method'
    | 'query'
    | 'headers'
    | 'options'
    | 'body'
    | 'step'
    | 'signal'
    | 'timeouts'
    | 'rescuable'
    | 'credential'
  >
>;
