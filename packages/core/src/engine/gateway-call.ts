import type { Call, CallPatch, Metadata } from '../contracts/call.ts';
import type { RequestFacts } from '../contracts/protocol.ts';
import type { Provider, UpstreamTarget } from '../contracts/provider.ts';
import type { Attempt } from '../contracts/reply.ts';
import type { RequestScope } from '../contracts/runtime.ts';
import type { GatewaySettings } from '../contracts/settings.ts';
import type { CallState } from '../contracts/state.ts';
import { jsonView } from './json-view.ts';

/** What a call is made of. */
export interface CallInit {
  readonly id: string;
  readonly eventId: string;
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
  readonly metadata: Metadata | null;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly state: CallState;
  readonly attempts: Attempt[];
  readonly scope: RequestScope;
}

/** A call as the engine makes it: a frozen view of its parts, and the way to a patched copy. */
export class GatewayCall implements Call {
  readonly id: string;
  readonly eventId: string;
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
  readonly metadata: Metadata | null;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
  readonly state: CallState;
  readonly attempts: Attempt[];
  readonly json: () => unknown;
  readonly #init: CallInit;
  #facts: RequestFacts | undefined;

  constructor(init: CallInit) {
    this.id = init.id;
    this.eventId = init.eventId;
    this.step = init.step;
    this.receivedAt = init.receivedAt;
    this.account = init.account;
    this.gateway = init.gateway;
    this.provider = init.provider;
    this.target = init.target;
    this.method = init.method;
    this.query = init.query;
    this.headers = init.headers;
    this.options = init.options;
    this.metadata = init.metadata;
    this.body = init.body;
    this.signal = init.signal;
    this.state = init.state;
    this.attempts = init.attempts;
    this.json = jsonView(init.body);
    this.#init = init;
  }

  /** Asked of the server only when somebody wants to know. */
  get clientAddress(): string | undefined {
    return this.#init.scope.clientAddress;
  }

  get path(): string {
    return this.target.path;
  }

  get contentType(): string {
    return this.headers['content-type'] ?? '';
  }

  get request(): RequestFacts {
    this.#facts ??= this.target.protocol?.readRequest(this) ?? { model: null, stream: false };
    return this.#facts;
  }

  waitUntil(task: Promise<unknown>): void {
    this.#init.scope.waitUntil(task);
  }

  /** The same call with some parts replaced. State and attempts are shared: they belong to the client's one call. */
  with(patch: CallPatch): GatewayCall {
    return new GatewayCall({ ...this.#init, ...patch });
  }
}
