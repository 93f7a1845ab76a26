import type { Call } from '../contracts/call.ts';
import type { FrameKind, Framing, Protocol, WireError } from '../contracts/protocol.ts';
import type { StreamReply } from '../contracts/reply.ts';
import type { ByteSource, Runtime } from '../contracts/runtime.ts';
import { GatewayError } from '../errors.ts';
import { deadlinePassed, LONGEST_MS } from './deadline.ts';
import type { Limits } from './limits.ts';
import { cutShort, malformed, stalled } from './upstream-error.ts';

/** A stream that has shown signs of life but no content is held back no longer than this, in milliseconds. */
const PATIENCE_MS = 1000;

/** Whether somebody wants to know how this stream begins before it goes to the client. */
export function needsOpening({ rescuable, timeouts }: Call): boolean {
  return rescuable || timeouts.firstTokenMs !== undefined;
}

/**
 * Reads a stream up to its first word, while nothing has gone to the client and another try is still possible. What was
 * read stays in front. Rejects when the stream breaks, ends empty, says nothing within `firstTokenMs` of `startedAt`, or
 * passes the limits of silence or of the whole call.
 */
export async function openStream(
  call: Call,
  reply: StreamReply,
  startedAt: number,
  { runtime: { now }, limits }: OpeningOptions,
): Promise<StreamReply> {
  const { body, framing, protocol } = reply;
  const held = new HeldSource(body);
  const reader = framing && protocol ? createOpeningReader(framing, protocol, call) : ANYTHING;
  const { firstTokenMs, deadlineAt, idleMs = limits.idleTimeoutMs } = call.timeouts;
  let first: Bound | undefined;
  if (firstTokenMs !== undefined) first = { at: startedAt + firstTokenMs, late: () => tokenLate(call, firstTokenMs) };
  const whole: Bound | undefined =
    deadlineAt === undefined ? undefined : { at: deadlineAt, late: () => deadlinePassed(call) };
  try {
    for (;;) {
      const silence: Bound = { at: now() + idleMs, late: () => stalled(call, idleMs) };
      const bound = soonest(silence, soonest(whole ?? silence, first ?? silence));
      const piece = await held.next(Math.max(0, bound.at - now()));
      if (piece === 'late') {
        const error = bound.late();
        if (error !== undefined) throw error;
        return { ...reply, body: held };
      }
      if (piece === undefined) {
        if (!reader.isComplete) throw cutShort(call);
        return { ...reply, body: held };
      }
      const wasAlive = reader.isAlive;
      const verdict = reader.read(piece);
      if (verdict !== undefined) return { ...reply, body: held, ...(verdict !== 'good' && { opensWith: verdict }) };
      if (!reader.isAlive) continue;
      if (!wasAlive) first = { at: now() + PATIENCE_MS, late: () => undefined };
      else if (first !== undefined && first.at <= now()) return { ...reply, body: held };
    }
  } catch (thrown) {
    body.cancel();
    throw thrown;
  }
}

export interface OpeningOptions {
  readonly runtime: Pick<Runtime, 'now'>;
  readonly limits: Limits;
}

/** How long to wait for the next piece, and what then: an error, or undefined to let the stream go as it is. */
interface Bound {
  readonly at: number;
  late(): GatewayError | undefined;
}

function soonest(one: Bound, other: Bound): Bound {
  return other.at < one.at ? other : one;
}

interface OpeningReader {
  /** Some event has come. */
  readonly isAlive: boolean;
  /** The stream would be whole if it ended now. */
  readonly isComplete: boolean;
  /** What the stream begins with, or undefined when that can't be said yet. */
  read(piece: Uint8Array<ArrayBuffer>): 'good' | WireError | undefined;
}

/** Nobody can look into it, so the first piece is its first word. */
const ANYTHING: OpeningReader = { isAlive: false, isComplete: true, read: () => 'good' };

function createOpeningReader(framing: Framing, protocol: Protocol, call: Call): OpeningReader {
  const decoder = framing.createDecoder();
  const reader = protocol.readStream(framing.name, call);
  let isAlive = false;
  let decided: FrameKind | undefined;
  return {
    get isAlive() {
      return isAlive;
    },
    get isComplete() {
      return reader.complete;
    },
    read(piece) {
      try {
        decoder.push(piece, (frame) => {
          if (decided !== undefined) return;
          isAlive = true;
          const kind = reader.push(frame);
          if (kind !== 'other') decided = kind;
        });
      } catch {
        // The relay meets the same damage and tells it.
        decided ??= 'malformed';
      }
      if (decided === 'malformed') return toWire(malformed(call, "a chunk that can't be read"));
      if (decided === 'error') return reader.facts.error ?? { code: null, message: 'an error without words' };
      return decided === undefined ? undefined : 'good';
    },
  };
}

function toWire({ code, message, status }: GatewayError): WireError {
  return { code, message, status };
}

function tokenLate(call: Call, ms: number): GatewayError {
  return new GatewayError(
    'upstream_timeout',
    `${call.provider.id} sent no event of its stream within ${ms} ms. Try again, or raise the time limit firstTokenMs.`,
  );
}

/** A source whose first pieces were read ahead; a read that nobody waited out is handed to the next reader. */
class HeldSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #pending: Promise<Uint8Array<ArrayBuffer> | undefined> | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The next piece of the source, kept for later; `late` when it takes longer than `waitMs`. */
  async next(waitMs: number): Promise<Uint8Array<ArrayBuffer> | undefined | 'late'> {
    this.#pending ??= this.#source.read();
    const piece = await within(waitMs, this.#pending);
    if (piece === 'late') return piece;
    this.#pending = undefined;
    if (piece !== undefined) this.#pieces.push(piece);
    return piece;
  }

  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const piece = this.#pieces.shift();
    if (piece !== undefined) return Promise.resolve(piece);
    const pending = this.#pending ?? this.#source.read();
    this.#pending = undefined;
    return pending;
  }

  cancel(): void {
    this.#source.cancel();
  }
}

async function within<T>(ms: number, task: Promise<T>): Promise<T | 'late'> {
  const { promise, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), Math.min(ms, LONGEST_MS));
  try {
    return await Promise.race([task, promise]);
  } finally {
    clearTimeout(timer);
  }
}
