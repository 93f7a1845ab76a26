import type { Call } from '../contracts/call.ts';
import type { StreamTap } from '../contracts/plugin.ts';
import type { ReplyFacts } from '../contracts/protocol.ts';
import type { StreamReply } from '../contracts/reply.ts';
import type { ByteSource, Runtime } from '../contracts/runtime.ts';
import type { GatewayError } from '../errors.ts';
import { concat, EMPTY } from './bytes.ts';
import { FramedLane } from './framed-lane.ts';
import { IdleWatch } from './idle-watch.ts';
import type { Limits } from './limits.ts';
import { OpaqueLane } from './opaque-lane.ts';
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
  /** What of this piece may go to the client now, and whether the stream turned out to be unreadable. */
  accept(piece: Uint8Array<ArrayBuffer>): Passage;
  /** The upstream is done, by closing as it should or by breaking off: what is left to send. */
  finish(isClean: boolean): Passage;
  /** How to tell the client that the stream broke; undefined when only a broken connection can tell. */
  tellError(error: GatewayError): Uint8Array<ArrayBuffer> | undefined;
}

export interface Passage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly malformed: boolean;
}

/**
 * The one thing between an upstream's stream and the client: it pulls when the client does, so backpressure reaches the
 * upstream, and it makes sure that no broken stream passes for a whole one.
 */
export class Relay implements ByteSource {
  readonly #options: RelayOptions;
  readonly #lane: Lane;
  readonly #watch: IdleWatch;
  #stalled = false;
  #ended = false;
  #bytesSent = 0;

  constructor(options: RelayOptions) {
    const { reply, runtime, limits } = options;
    this.#options = options;
    this.#lane =
      reply.framing === undefined || reply.protocol === undefined
        ? new OpaqueLane(options)
        : new FramedLane(options, reply.framing, reply.protocol);
    this.#watch = new IdleWatch(limits.idleTimeoutMs, runtime.now, () => {
      this.#stalled = true;
      reply.body.cancel();
    });
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (!this.#ended) {
      let piece: Uint8Array<ArrayBuffer> | undefined;
      try {
        this.#watch.waiting();
        piece = await this.#options.reply.body.read();
        this.#watch.arrived();
      } catch (thrown) {
        return this.#finish(upstreamError(this.#options.call, thrown));
      }
      // The client may have left while we waited.
      if (this.#ended) return undefined;
      const out = piece === undefined ? this.#finish(this.#silence()) : this.#pass(piece);
      if (out !== undefined) return out;
    }
    return undefined;
  }

  cancel(): void {
    this.#options.reply.body.cancel();
    this.#end(null, !this.#lane.complete);
  }

  #pass(piece: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    const passage = this.#lane.accept(piece);
    if (!passage.malformed) return this.#deliver(passage.bytes);
    this.#options.reply.body.cancel();
    return this.#fail(malformed(this.#options.call), passage.bytes);
  }

  #silence(): GatewayError | null {
    const { call, limits } = this.#options;
    return this.#stalled ? stalled(call, limits.idleTimeoutMs) : null;
  }

  /** A stream that breaks behind its last word is whole all the same. */
  #finish(broken: GatewayError | null): Uint8Array<ArrayBuffer> | undefined {
    const { bytes } = this.#lane.finish(broken === null);
    const isOver = this.#lane.complete || (broken === null && this.#lane.facts.error !== null);
    if (!isOver) return this.#fail(broken ?? cutShort(this.#options.call), bytes);
    const out = this.#deliver(bytes);
    this.#end(null, false);
    return out;
  }

  /** Says in the client's own protocol that the answer broke, unless the upstream has said so itself. */
  #fail(error: GatewayError, before: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    const told = this.#lane.facts.error === null ? this.#lane.tellError(error) : EMPTY;
    const out = this.#deliver(told === undefined ? before : concat([before, told]));
    this.#end(error, error.code === 'client_closed');
    if (told === undefined) throw error;
    return out;
  }

  #deliver(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
    if (bytes.byteLength === 0) return undefined;
    this.#bytesSent += bytes.byteLength;
    for (const tap of this.#options.taps) tap.bytes?.(bytes);
    return bytes;
  }

  #end(error: GatewayError | null, abandoned: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.stop();
    const { facts, complete, firstChunkAt } = this.#lane;
    this.#options.onEnd({ error, abandoned, complete, facts, firstChunkAt, bytesSent: this.#bytesSent });
  }
}
