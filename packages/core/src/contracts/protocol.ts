import type { FinishReason, Usage } from './usage.ts';

/** What a call asks for, whichever vendor answers it. */
export type OperationName =
  | 'chat'
  | 'completion'
  | 'embeddings'
  | 'images'
  | 'speech'
  | 'transcription'
  | 'moderation'
  | 'rerank'
  | 'other';

/**
 * What is said: one wire language. A protocol knows how to read a request, where an answer or a stream states its
 * model, usage, finish reason and error, how a good stream ends, and how to say "it broke" in that language.
 * It is pure: it never fetches, waits, reads a clock or throws at what a vendor sent.
 */
export interface Protocol {
  /** Stable and lower case: `openai-chat`, `anthropic-messages`. */
  readonly name: string;
  readonly operation: OperationName;
  /** What the client asked for. */
  readRequest(request: RequestView): RequestFacts;
  /** What a whole answer says, success or failure. */
  readReply(reply: ReplyView): ReplyFacts;
  /** How an answer of this content type is cut into frames; undefined when it is one body or opaque bytes. */
  framing(contentType: string): Framing | undefined;
  /** One reader per streamed answer. The request says what makes it whole, such as how many choices were asked for. */
  readStream(framing: FramingName, request?: RequestView): StreamReader;
  /** The frames that tell a client of this language that its stream broke. */
  writeError(error: WireError, framing: FramingName): readonly FrameData[];
}

/** A request as a protocol may see it: the bytes as they came, and the JSON in them when somebody asks. */
export interface RequestView {
  readonly method: string;
  /** Below the provider's base, percent-encoding as it came, no leading slash, no query. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly contentType: string;
  readonly body: Uint8Array | null;
  /** The body parsed once, or undefined when it is not JSON. */
  json(): unknown;
}

/** What a request says about itself. */
export interface RequestFacts {
  readonly model: string | null;
  /** The client asked for a streamed answer. */
  readonly stream: boolean;
}

/** A whole answer as a protocol may see it. */
export interface ReplyView {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body parsed once, or undefined when it is not JSON. */
  json(): unknown;
}

/** What an answer says about itself; `null` where it says nothing. */
export interface ReplyFacts {
  readonly model: string | null;
  readonly usage: Usage | null;
  readonly finishReason: FinishReason | null;
  readonly error: WireError | null;
}

/** Facts of an answer that said nothing. */
export const NO_FACTS: ReplyFacts = { model: null, usage: null, finishReason: null, error: null };

/** A failure, as a vendor named it or as it will be told to a client. */
export interface WireError {
  /** The vendor's machine-readable word, or ours: `overloaded_error`, `upstream_interrupted`. */
  readonly code: string | null;
  readonly message: string;
  /** The HTTP status that the failure would have had before the stream began. */
  readonly status?: number;
}

/** Follows one streamed answer from its first frame to its end. */
export interface StreamReader {
  /** Looks at the next frame and says what it was. */
  push(frame: Frame): FrameKind;
  /** What is known so far. Usage is what the vendor said last, never a sum of guesses. */
  readonly facts: ReplyFacts;
  /** The answer is whole if the upstream closes now: its terminal event, or at least its finish reason, was seen. */
  readonly complete: boolean;
}

/**
 * What a frame means: `content` carries a piece of the answer, `other` is life without content (start events, pings,
 * comments, usage), `end` is the terminal event, `error` an error the vendor reports inside the stream, and
 * `malformed` is not of this language at all.
 */
export type FrameKind = 'content' | 'other' | 'end' | 'error' | 'malformed';

export type FramingName = 'sse' | 'ndjson' | 'aws-eventstream' | 'json-array';

/** How a stream is cut into frames, and how a frame is written. */
export interface Framing {
  readonly name: FramingName;
  createDecoder(): FrameDecoder;
  /** The bytes of one frame. `first` says that nothing was written before it. */
  encode(frame: FrameData, first: boolean): Uint8Array<ArrayBuffer>;
  /** The bytes that close a frame whose terminator the upstream left out (`\n\n` for SSE); often empty. */
  readonly terminator: Uint8Array<ArrayBuffer>;
  /** The bytes that end a stream we end ourselves (`]` of a JSON array); often empty. */
  close(first: boolean): Uint8Array<ArrayBuffer>;
}

/** The content of one frame. */
export interface FrameData {
  /** SSE's `event`, the event stream's `:event-type` or `:exception-type`. */
  readonly event?: string | undefined;
  /** The payload as text; undefined for a frame without any (a comment, a keep-alive). */
  readonly data: string | undefined;
  /** `exception` or `error` for AWS event stream messages that are not events. */
  readonly messageType?: string | undefined;
}

/** A frame as cut from the wire; `end` is the offset behind it in the window that `push` or `end` returned. */
export interface Frame extends FrameData {
  readonly end: number;
}

/** Cuts frames from bytes that arrive in arbitrary pieces. */
export interface FrameDecoder {
  /**
   * Takes the next piece, hands each whole frame to `sink` in order, and returns the window: what was held back
   * before plus this piece, which the frames' offsets refer to. Bytes behind the last whole frame are held back.
   * Throws `MalformedStreamError` when the bytes can't be of this framing (a bad CRC), behind the frames before them.
   */
  push(chunk: Uint8Array<ArrayBuffer>, sink: (frame: Frame) => void): Uint8Array<ArrayBuffer>;
  /** The upstream closed: hands over a last frame that lacks only its terminator, and returns the window. */
  end(sink: (frame: Frame) => void): Uint8Array<ArrayBuffer>;
}

/** The bytes of a stream are not of the framing they claim. The message names what came, such as `a wrong CRC`, and holds none of it. */
export class MalformedStreamError extends Error {
  override readonly name: string = 'MalformedStreamError';
  /** What `push` would have returned: the frames handed to its sink before the damage lie in it. */
  readonly window: Uint8Array<ArrayBuffer> | undefined;

  constructor(message: string, window?: Uint8Array<ArrayBuffer>) {
    super(message);
    this.window = window;
  }
}
