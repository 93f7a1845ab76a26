/** What the stand-in answers to one request, byte for byte as written here: nothing is checked or repaired. */
export interface UpstreamScript {
  /** Held back until this promise resolves: not even the head is sent before. */
  readonly after?: Promise<unknown>;
  /** 1xx answers that go ahead of the answer. */
  readonly interim?: readonly InterimAnswer[];
  /** 200 unless stated. */
  readonly status?: number;
  /** Sent in this order, names as written. A framing header stated here is sent instead of the right one. */
  readonly headers?: RawHeaders;
  readonly body?: ScriptBody;
  /** `content-length` for a single body, `chunked` for pieces, unless stated; `none` sends no framing header at all. */
  readonly framing?: BodyFraming;
  /** `end` unless stated. */
  readonly ending?: Ending;
}

export interface InterimAnswer {
  readonly status: number;
  readonly headers?: RawHeaders;
}

export type RawHeaders = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

export type ScriptBody = string | Uint8Array | readonly Piece[] | AsyncIterable<Uint8Array>;

/** One write. With `after` it waits until the test opens the gate, so that no test has to sleep. */
export type Piece = string | Uint8Array | GatedPiece;

export interface GatedPiece {
  readonly data: string | Uint8Array;
  readonly after: Promise<unknown>;
}

/** How the end of the body is marked; `close` ends it by closing the connection. */
export type BodyFraming = 'content-length' | 'chunked' | 'close' | 'none';

/**
 * How the answer ends: `end` as it should; `cut` closes the connection before the end (FIN); `reset` tears it down
 * (RST); `stall` keeps it open and sends nothing more; `silent` sends nothing at all, not even a head.
 * The last four announce more bytes than they send.
 */
export type Ending = 'end' | 'cut' | 'reset' | 'stall' | 'silent';
