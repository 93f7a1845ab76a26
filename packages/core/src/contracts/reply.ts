import type { GatewayError } from '../errors.ts';
import type { Call } from './call.ts';
import type { Framing, Protocol, ReplyFacts, WireError } from './protocol.ts';
import type { ByteSource } from './runtime.ts';

/** What goes back to the client. */
export type Reply = BytesReply | StreamReply;

export interface ReplyHead {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who made this answer. */
  readonly source: 'upstream' | 'gateway' | 'cache';
  /** The language it is written in, when somebody can read it. */
  readonly protocol?: Protocol | undefined;
  /**
   * The call as it stood when this answer was made: which step, provider and credential. `head`, `stream` and `end` hooks
   * are given it. The dispatcher fills it in; a plugin that answers by itself may leave it to the engine.
   */
  readonly call?: Call | undefined;
}

/** An answer that is wholly here. */
export interface BytesReply extends ReplyHead {
  readonly type: 'bytes';
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An answer that is still arriving. */
export interface StreamReply extends ReplyHead {
  readonly type: 'stream';
  readonly body: ByteSource;
  /** How it is cut; undefined for bytes that nobody looks into. */
  readonly framing?: Framing | undefined;
  /** The vendor's error that the stream begins with, so nothing of an answer has come. Looked for in rescuable calls alone. */
  readonly opensWith?: WireError | undefined;
}

/**
 * One try at an upstream; or a step of a fallback that was given up before anything was sent, whose `error` says why and is
 * not the upstream's.
 */
export interface Attempt {
  readonly provider: string;
  /** As the request names it. */
  readonly model: string | null;
  readonly step: number;
  /** The stored credential in use; null for the client's own. */
  readonly credential: string | null;
  readonly startedAt: number;
  /** When the head of the answer was here; null when it never was. */
  readonly answeredAt: number | null;
  readonly status: number | null;
  /** Why it failed: ours, or what a stream began with. A vendor's own error in an answer is told by `status`. */
  readonly error: GatewayError | WireError | null;
}

/** How a call ended; what `end` hooks are told. */
export interface Outcome {
  /** The status that the client was sent. */
  readonly status: number;
  /** The answer is a success and arrived whole at the client. */
  readonly success: boolean;
  /** Why the answer is not whole or never came; null when it is whole, even if it is a vendor's own error. */
  readonly error: GatewayError | null;
  /** The client left before the end. */
  readonly abandoned: boolean;
  /** The reply whose head was sent. */
  readonly reply: Reply;
  /** What the answer says about itself, parsed on first use: model, usage, finish reason, the vendor's error. */
  readonly facts: ReplyFacts;
  /** The answer broke off, so its usage covers only a part. */
  readonly partial: boolean;
  readonly attempts: readonly Attempt[];
  /** Milliseconds since 1970; null for what never happened. */
  readonly timings: Timings;
  /** Bytes sent to the client. */
  readonly bytesSent: number;
}

export interface Timings {
  readonly receivedAt: number;
  /** The head of the answer was ready for the client. */
  readonly answeredAt: number;
  /** The first frame with content (or the first byte, where nothing is decoded) was forwarded. */
  readonly firstChunkAt: number | null;
  readonly endedAt: number;
}
