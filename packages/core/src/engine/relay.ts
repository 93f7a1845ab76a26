import type { Call } from '../contracts/call.ts';
import type { StreamTap } from '../contracts/plugin.ts';
import type { ReplyFacts } from '../contracts/protocol.ts';
import type { StreamReply } from '../contracts/reply.ts';
import type { ByteSource, Runtime } from '../contracts/runtime.ts';
import { GatewayError } from '../errors.ts';
import { concat, EMPTY } from './bytes.ts';
import { atDeadline, deadlinePassed } from './deadline.ts';
import { toGatewayError } from './error-reply.ts';
import { IdleWatch } from './idle-watch.ts';
import { createLane } from './lane.ts';
import type { Limits } from './limits.ts';
import { cutShort, malformed, stalled, upstreamError } from './upstream-error.ts';

/** How a streamed answer ended. */
export interface StreamEnd {
  readonly error: GatewayError | null;
  /** The client left before the answer was whole. */
  readonly abandoned: boolean;
  readonly complete: boolean;
  readonly facts: ReplyFacts;
  readonly firstChunkAt: number | null;
  readonly bytesSent: number;
}

export interface RelayOptions {
  readonly call: Call;
  readonly reply: StreamReply;
  readonly taps: readonly StreamTap[];
  readonly runtime: Pick<Runtime, 'now'>;
  readonly limits: Limits;
  /** Told of failures that no client sees. */
  readonly report: (problem: string, cause?: unknown) => void;
  /** Called exactly once. */
  onEnd(end: StreamEnd): void;
}

/** What a lane makes of the bytes on their way: it reads them, or lets them pass unread. */
export interface Lane {
  readonly facts: ReplyFacts;
  /** The answer is whole if the upstream closes now. */
  readonly complete: boolean;
  /** When the first piece of content passed. */
  readonly firstChunkAt: number | null;
  /** What of this piece may go to the client now. */
  accept(piece: Uint8Array<ArrayBuffer>): Passage;
  /** The upstream is done, by closing as it should or by breaking off: what is left to send. */
  finish(isClean: boolean): Passage;
  /** How to tell the client that the stream broke; undefined when only a broken connection can tell. */
  tellError(error: GatewayError): Uint8Array<ArrayBuffer> | undefined;
}

export interface Passage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What could not be read, as the end of "the provider sent ...". */
  readonly malformed: string | undefined;
}

/**
 * The one thing between an upstream's stream and the client: it pulls when the client does, so backpressure reaches the
 * upstream, and it makes sure that no broken stream passes for a whole one.
 */
export class Relay implements ByteSource {
  readonly #options: RelayOptions;
  readonly #lane: Lane;
  readonly #watch: IdleWatch;
  readonly #forgetDeadline: () => void;
  /** Why we ourselves gave the upstream up. */
  #givenUp: GatewayError | null = null;
  #isReading = false;
  #isEnded = false;
  #bytesSent = 0;
  /** What a client that was not reading when the stream was cut off still has to be told. */
  #farewell: (() => Uint8Array<ArrayBuffer> | undefined) | undefined;

  constructor(options: RelayOptions) {
    const { call, runtime, limits } = options;
    this.#options = options;
    this.#lane = createLane(options);
    const idleMs = call.timeouts.idleMs ?? limits.idleTimeoutMs;
    this.#watch = new IdleWatch(idleMs, runtime.now, () => this.#giveUp(stalled(call, idleMs)));
    this.#forgetDeadline = atDeadline(call, runtime.now(), () => this.cutOff(deadlinePassed(call)));
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#farewell !== undefined) return this.#sayFarewell();
    this.#isReading = true;
    try {
      return await this.#next();
    } finally {
      this.#isReading = false;
    }
  }

  /** The client left. */
  cancel(): void {
    this.#options.reply.body.cancel();
    this.#end(null, !this.#lane.complete);
  }

  /** Ends the stream from our side, in a way that the client can't take for its own end. */
  cutOff(error: GatewayError): void {
    if (this.#isEnded) return;
    this.#giveUp(error);
    if (this.#isReading) return;
    this.#farewell = () => this.#finish(error);
    this.#end(error, false);
  }

  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (!this.#isEnded) {
      const piece = await this.#pull();
      // The client may have left while we waited.
      if (this.#isEnded) return undefined;
      const out = piece instanceof Uint8Array ? this.#pass(piece) : this.#finish(piece);
      if (out !== undefined) return out;
    }
    return undefined;
  }

  /** The next piece, or why there is none: null when the upstream closed. */
  async #pull(): Promise<Uint8Array<ArrayBuffer> | GatewayError | null> {
    const { call, reply } = this.#options;
    this.#watch.waiting();
    try {
      return (await reply.body.read()) ?? this.#givenUp;
    } catch (thrown) {
      reply.body.cancel();
      return this.#givenUp ?? upstreamError(call, thrown);
    } finally {
      this.#watch.arrived();
    }
  }

  #pass(piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    try {
      const passage = this.#lane.accept(piece);
      if (passage.malformed === undefined) return this.#deliver(passage.bytes);
      this.#options.reply.body.cancel();
      return this.#fail(malformed(this.#options.call, passage.malformed), passage.bytes);
    } catch (thrown) {
      return this.#break(thrown);
    }
  }

  /** A stream that breaks behind its last word is whole all the same. */
  #finish(broken: GatewayError | null): Uint8Array<ArrayBuffer> | undefined {
    try {
      const { bytes } = this.#lane.finish(broken === null);
      const isOver = this.#lane.complete || (broken === null && this.#lane.facts.error !== null);
      if (!isOver) return this.#fail(broken ?? cutShort(this.#options.call), bytes);
      const out = this.#deliver(bytes);
      this.#end(null, false);
      return out;
    } catch (thrown) {
      return this.#break(thrown);
    }
  }

  /** A tap that rewrites has failed: what it would have changed must not pass unchanged. */
  #break(thrown: unknown): Uint8Array<ArrayBuffer> | undefined {
    if (this.#isEnded) throw thrown;
    this.#options.report('A plugin failed in the middle of a stream.', thrown);
    this.#options.reply.body.cancel();
    return this.#fail(toGatewayError(thrown), EMPTY);
  }

  /** Says in the client's own protocol that the answer broke, unless the upstream has said so itself. */
  #fail(error: GatewayError, before: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    const told = this.#lane.facts.error === null ? this.#lane.tellError(error) : EMPTY;
    const out = this.#deliver(told === undefined ? before : concat([before, told]));
    this.#end(error, error.code === 'client_closed');
    // The server may print what it is thrown, so no cause goes along: a platform's text may hold a credential.
    if (told === undefined) throw new GatewayError(error.code, error.message);
    return out;
  }

  #giveUp(error: GatewayError): void {
    this.#givenUp = error;
    this.#options.reply.body.cancel();
  }

  #sayFarewell(): Uint8Array<ArrayBuffer> | undefined {
    const farewell = this.#farewell;
    this.#farewell = undefined;
    return farewell?.();
  }

  #deliver(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    if (bytes.byteLength === 0) return undefined;
    this.#bytesSent += bytes.byteLength;
    for (const tap of this.#options.taps) tap.bytes?.(bytes);
    return bytes;
  }

  #end(error: GatewayError | null, abandoned: boolean): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#watch.stop();
    this.#forgetDeadline();
    const { facts, complete, firstChunkAt } = this.#lane;
    this.#options.onEnd({ error, abandoned, complete, facts, firstChunkAt, bytesSent: this.#bytesSent });
  }
}
