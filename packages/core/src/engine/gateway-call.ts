import type { Call, CallPatch, CallTimeouts, Metadata } from '../contracts/call.ts';
import type { RequestFacts } from '../contracts/protocol.ts';
import type { Provider, UpstreamTarget } from '../contracts/provider.ts';
import type { Attempt } from '../contracts/reply.ts';
import type { RequestScope } from '../contracts/runtime.ts';
import type { GatewaySettings } from '../contracts/settings.ts';
import type { CallState } from '../contracts/state.ts';
import { jsonView } from './json-view.ts';
import { parseMetadata } from './metadata.ts';

/** What a call is made of; the rest of it follows from these. */
export interface CallParts
  extends Omit<
    Call,
    'eventId' | 'metadata' | 'path' | 'contentType' | 'json' | 'request' | 'clientAddress' | 'waitUntil'
  > {
  readonly maxMetadataEntries: number;
  readonly progress: Progress;
  readonly scope: RequestScope;
}

/** What is found in a request when somebody asks, once for all copies that leave it as it is. */
interface Reading {
  readonly json: () => unknown;
  facts: RequestFacts | undefined;
}

/** How far a client's call has come, shared by all its patched copies. */
export interface Progress {
  readonly attempts: Attempt[];
  /** The copy that was sent upstream last; where none was, the first step that was given up before. */
  last: GatewayCall | undefined;
}

/**
 * A call as the engine makes it, and the way to a patched copy. Its parts are spelled out as fields, and so is what a
 * patch may hold: spreading them into an object literal costs thirty times as much on Node.
 */
export class GatewayCall implements Call, CallParts {
  readonly id: string;
  readonly step: number;
  readonly receivedAt: number;
  readonly account: string;
  readonly gateway: GatewaySettings;
  readonly provider: Provider;
  readonly target: UpstreamTarget;
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly options: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly timeouts: CallTimeouts;
  readonly rescuable: boolean;
  readonly credential: string | null;
  readonly state: CallState;
  readonly maxMetadataEntries: number;
  readonly progress: Progress;
  readonly scope: RequestScope;
  readonly json: () => unknown;
  readonly #read: Reading;
  #metadata: Metadata | null | undefined;

  /** `read` is what was found in the same request before. */
  constructor(parts: CallParts, patch: CallPatch = NOTHING, read?: Reading) {
    this.id = parts.id;
    this.step = patch.step ?? parts.step;
    this.receivedAt = parts.receivedAt;
    this.account = parts.account;
    this.gateway = parts.gateway;
    this.provider = patch.provider ?? parts.provider;
    this.target = patch.target ?? parts.target;
    this.method = patch.method ?? parts.method;
    this.query = patch.query ?? parts.query;
    this.headers = patch.headers ?? parts.headers;
    this.options = patch.options ?? parts.options;
    this.body = patch.body === undefined ? parts.body : patch.body;
    this.signal = patch.signal ?? parts.signal;
    this.timeouts = patch.timeouts ?? parts.timeouts;
    this.rescuable = patch.rescuable ?? parts.rescuable;
    this.credential = patch.credential === undefined ? parts.credential : patch.credential;
    this.state = parts.state;
    this.maxMetadataEntries = parts.maxMetadataEntries;
    this.progress = parts.progress;
    this.scope = parts.scope;
    this.#read = read ?? { json: jsonView(this.body), facts: undefined };
    this.json = this.#read.json;
  }

  /** Asked of the server only when somebody wants to know. */
  get clientAddress(): string | undefined {
    return this.scope.clientAddress;
  }

  get eventId(): string {
    return this.options.get('event-id') ?? this.id;
  }

  get metadata(): Metadata | null {
    if (this.#metadata === undefined) {
      this.#metadata = parseMetadata(this.options.get('metadata'), this.maxMetadataEntries);
    }
    return this.#metadata;
  }

  get path(): string {
    return this.target.path;
  }

  get contentType(): string {
    return this.headers['content-type'] ?? '';
  }

  get request(): RequestFacts {
    this.#read.facts ??= this.target.protocol?.readRequest(this) ?? { model: null, stream: false };
    return this.#read.facts;
  }

  waitUntil(task: Promise<unknown>): void {
    this.scope.waitUntil(task);
  }

  /** The same call with some parts replaced. State and progress are shared: they belong to the client's one call. */
  with(patch: CallPatch): GatewayCall {
    return new GatewayCall(this, patch, isSameRequest(patch) ? this.#read : undefined);
  }
}

const NOTHING: CallPatch = {};

function isSameRequest(patch: CallPatch): boolean {
  return (
    patch.body === undefined && patch.target === undefined && patch.query === undefined && patch.method === undefined
  );
}
