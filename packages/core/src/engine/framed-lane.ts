import type { StreamTap } from '../contracts/plugin.ts';
import {
  type Frame,
  type FrameDecoder,
  type Framing,
  MalformedStreamError,
  type Protocol,
  type ReplyFacts,
  type StreamReader,
} from '../contracts/protocol.ts';
import type { GatewayError } from '../errors.ts';
import { concat, EMPTY } from './bytes.ts';
import type { Lane, Passage, RelayOptions } from './relay.ts';
import { createRewriter, type Rewriter } from './rewriter.ts';

/**
 * Reads a stream frame by frame while its own bytes pass. Only whole frames are let through, so that a client never
 * holds half of one when the stream breaks and the error that follows stays readable.
 */
export class FramedLane implements Lane {
  firstChunkAt: number | null = null;
  readonly #options: RelayOptions;
  readonly #framing: Framing;
  readonly #protocol: Protocol;
  readonly #decoder: FrameDecoder;
  readonly #reader: StreamReader;
  readonly #observers: readonly StreamTap[];
  readonly #rewriter: Rewriter | undefined;
  readonly #take = (frame: Frame): void => this.#onFrame(frame);
  #isFirst = true;
  /** What could not be read; set once, and nothing passes behind it. */
  #malformed: string | undefined;
  /** Offset in the current window behind the last frame that may pass. */
  #passable = 0;

  constructor(options: RelayOptions, framing: Framing, protocol: Protocol) {
    this.#options = options;
    this.#framing = framing;
    this.#protocol = protocol;
    this.#decoder = framing.createDecoder();
    this.#reader = protocol.readStream(framing.name, options.call);
    this.#rewriter = createRewriter(options.taps, framing);
    this.#observers = this.#rewriter === undefined ? options.taps.filter((tap) => tap.observe !== undefined) : [];
  }

  get facts(): ReplyFacts {
    return this.#reader.facts;
  }

  get complete(): boolean {
    return this.#reader.complete;
  }

  accept(piece: Uint8Array<ArrayBuffer>): Passage {
    const window = this.#decode(() => this.#decoder.push(piece, this.#take));
    return this.#passage(window.subarray(0, this.#passable));
  }

  /** A last frame that lacks only its terminator gets it; half a frame stays behind. */
  finish(): Passage {
    const window = this.#decode(() => this.#decoder.end(this.#take));
    if (this.complete) this.#rewriter?.flush();
    const rest = window.subarray(0, this.#passable);
    return this.#passage(this.#passable > 0 ? concat([rest, this.#framing.terminator]) : rest);
  }

  tellError(error: GatewayError): Uint8Array<ArrayBuffer> {
    const told = { code: error.code, message: error.message, status: error.status };
    const pieces = this.#protocol.writeError(told, this.#framing.name).map((frame) => {
      const bytes = this.#framing.encode(frame, this.#isFirst);
      this.#isFirst = false;
      return bytes;
    });
    return concat([...pieces, this.#framing.close(this.#isFirst)]);
  }

  #decode(cut: () => Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#passable = 0;
    try {
      return cut();
    } catch (thrown) {
      if (!(thrown instanceof MalformedStreamError)) throw thrown;
      this.#malformed = thrown.message;
      // The frames before the damage are whole.
      return thrown.window ?? EMPTY;
    }
  }

  #passage(own: Uint8Array<ArrayBuffer>): Passage {
    const bytes = this.#rewriter === undefined ? own : this.#rewriter.take();
    if (bytes.byteLength > 0) this.#isFirst = false;
    return { bytes, malformed: this.#malformed };
  }

  #onFrame(frame: Frame): void {
    if (this.#malformed !== undefined) return;
    const kind = this.#reader.push(frame);
    if (kind === 'malformed') {
      this.#malformed = "a chunk that can't be read";
      return;
    }
    if (kind === 'content') this.firstChunkAt ??= this.#options.runtime.now();
    this.#passable = frame.end;
    for (const tap of this.#observers) tap.observe?.(frame);
    this.#rewriter?.push(frame);
  }
}
