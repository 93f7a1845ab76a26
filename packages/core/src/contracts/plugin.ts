import type { Call, CallPatch, MaybePromise } from './call.ts';
import type { FrameData } from './protocol.ts';
import type { Provider, ProviderRequest, UpstreamTarget } from './provider.ts';
import type { Outcome, Reply, ReplyHead } from './reply.ts';
import type { Transport } from './runtime.ts';

/**
 * Outermost first. Plugins of one stage keep the order they were listed in. What stands outside of `step` runs once for
 * a client's call, what stands inside once for each step of a fallback chain, and `attempt` once for each try.
 */
export type Stage = 'observe' | 'guard' | 'step' | 'cache' | 'route' | 'attempt';

/** One feature of a gateway. */
export interface Plugin {
  readonly name: string;
  readonly stage: Stage;
  /** Plugins that must be listed too; checked once, at start. */
  readonly requires?: readonly string[];
  /** Runs once per gateway: synchronous and without I/O, since Workers forbids I/O at start. */
  setup(host: PluginHost): Hooks;
}

/** What the gateway lends to its plugins; a test puts its own in place. */
export interface PluginHost {
  now(): number;
  newId(): string;
  /** Runs a task later, off the path of calls. */
  defer(task: () => void): void;
  /** Tells the operator of a failure that no client sees. */
  report(problem: string, cause?: unknown): void;
  /** SHA-256 of the pieces one behind the other, in lower-case hex. */
  digest(pieces: readonly (string | Uint8Array)[]): MaybePromise<string>;
  /**
   * Where a path below a provider's slug leads; a promise only for a provider of the account's own that has to be looked
   * up. Throws or rejects with `invalid_provider` or `invalid_path`.
   */
  locate(slug: string, request: ProviderRequest, account: string): MaybePromise<Location>;
  /** Sends a request of the plugin's own, such as one for an access token. */
  readonly transport: Pick<Transport, 'send'>;
}

/** A provider, and the place a call to it goes to. */
export interface Location {
  readonly provider: Provider;
  readonly target: UpstreamTarget;
}

/** Return only what you use: an absent hook is absent from the compiled pipeline. */
export interface Hooks {
  /** Asked before the body is read, `call.body` being null. Throw to refuse, and nobody's upload is taken in vain. */
  admit?(call: Call): MaybePromise<void>;
  /** Wraps the call. Return without `next` to answer yourself; call `next` again to try again. */
  handle?(call: Call, next: Next): MaybePromise<Reply>;
  /** Adds headers to the answer, the gateway's own errors included, just before it leaves. `call` is the one that was answered. */
  head?(call: Call, headers: Record<string, string>, reply: ReplyHead): void;
  /** Asked once per streamed reply. Return undefined to stay out, and nothing is decoded for you. */
  stream?(call: Call, reply: ReplyHead): StreamTap | undefined;
  /** Once per call: after the last byte, the client's leaving or the error. Innermost first, in `waitUntil`. */
  end?(call: Call, outcome: Outcome): MaybePromise<void>;
  /** Gives back what `setup` took. */
  close?(): MaybePromise<void>;
}

export type Next = (patch?: CallPatch) => MaybePromise<Reply>;

/** Taps run innermost first; each sees what the ones inside it emitted. */
export interface StreamTap {
  /** Looks at bytes as they go to the client. */
  bytes?(chunk: Uint8Array): void;
  /** Looks at a frame. The client still gets the upstream's own bytes. */
  observe?(frame: FrameData): void;
  /** Emits none, one or many frames in place of this one. Turns re-encoding on for this reply. */
  rewrite?(frame: FrameData, emit: (frame: FrameData) => void): void;
  /** The stream is over: emit what was held back. */
  flush?(emit: (frame: FrameData) => void): void;
}
