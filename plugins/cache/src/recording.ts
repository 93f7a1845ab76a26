import { type ByteSource, GatewayError } from '@sluice/core';
import { concat } from './concat.ts';

/** How many bytes all recordings of a gateway may hold together. */
export class RecordingRoom {
  #free: number;

  constructor(bytes: number) {
    this.#free = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#free += bytes;
  }
}

/**
 * Lets a stream pass and keeps its bytes, unless they become too many. Whoever reads it gets the same pieces at his own
 * pace: the fastest pulls, those behind find what has passed, and the source is let go with the last of them.
 */
export class Recording {
  readonly #source: ByteSource;
  readonly #room: RecordingRoom;
  readonly #maxBytes: number;
  readonly #readers = new Set<Reader>();
  /** All that has passed; once it is no longer whole, only what somebody has still to read. */
  readonly #pieces: Piece[] = [];
  /** How many pieces passed before those. */
  #gone = 0;
  #size = 0;
  /** Bytes that are held though no room is left for them. */
  #beyond = 0;
  #isPulling = false;
  #break: { readonly thrown: unknown } | undefined;
  /** Everything from the first byte on is still here. */
  isWhole = true;
  /** The source came to its own end. */
  isOver = false;
  /** Somebody has written it down. */
  isKept = false;

  constructor(source: ByteSource, room: RecordingRoom, maxBytes: number) {
    this.#source = source;
    this.#room = room;
    this.#maxBytes = maxBytes;
  }

  /** Whether a reader who comes now would get all of it. */
  get isOpen(): boolean {
    return this.isWhole && this.#break === undefined;
  }

  open(): RecordingReader {
    const reader: Reader = { at: this.#gone, waiting: undefined, failure: undefined };
    this.#readers.add(reader);
    return {
      read: () => this.#read(reader),
      cancel: () => this.#leave(reader),
      fail: (error) => this.#fail(reader, error),
    };
  }

  /** Everything that has passed, or undefined when it was too much. */
  bytes(): Uint8Array<ArrayBuffer> | undefined {
    return this.isWhole ? concat(this.#pieces.map(({ bytes }) => bytes)) : undefined;
  }

  /** Holds from now on only what somebody has still to read. */
  drop(): void {
    this.isWhole = false;
    this.#tidy();
  }

  #read(reader: Reader): Promise<Bytes | undefined> {
    if (reader.failure !== undefined) return Promise.reject(reader.failure);
    if (!this.#readers.has(reader)) return Promise.resolve(undefined);
    const piece = this.#pieces[reader.at - this.#gone];
    if (piece !== undefined) {
      // Nothing else can be let go of before the oldest.
      if (reader.at++ === this.#gone) this.#tidy();
      return Promise.resolve(piece.bytes);
    }
    if (this.isOver) return Promise.resolve(undefined);
    if (this.#break !== undefined) return Promise.reject(this.#break.thrown);
    reader.waiting = Promise.withResolvers();
    this.#pull();
    return reader.waiting.promise;
  }

  #pull(): void {
    if (this.#isPulling) return;
    this.#isPulling = true;
    this.#source.read().then(this.#arrived, this.#broke);
  }

  readonly #arrived = (bytes: Bytes | undefined): void => {
    this.#isPulling = false;
    // What comes once nobody reads any more says nothing of the source's own end.
    if (this.#readers.size === 0) return;
    if (bytes === undefined) this.isOver = true;
    else this.#hold(bytes);
    for (const reader of this.#readers) {
      const { waiting } = reader;
      if (waiting === undefined) continue;
      reader.waiting = undefined;
      if (bytes !== undefined) reader.at++;
      waiting.resolve(bytes);
    }
    this.#tidy();
  };

  readonly #broke = (thrown: unknown): void => {
    this.#isPulling = false;
    this.#break = { thrown };
    for (const reader of this.#readers) {
      reader.waiting?.reject(thrown);
      reader.waiting = undefined;
    }
  };

  #hold(bytes: Bytes): void {
    const { byteLength } = bytes;
    const hasRoom = this.#size + byteLength <= this.#maxBytes && this.#room.take(byteLength);
    if (hasRoom) {
      this.#size += byteLength;
    } else {
      this.drop();
      while (this.#beyond > WINDOW_BYTES && this.#readers.size > 1) this.#fail(this.#slowest(), tooSlow());
      this.#beyond += byteLength;
    }
    this.#pieces.push({ bytes, hasRoom });
  }

  /** Lets go of what everybody has read, unless all of it is wanted. */
  #tidy(): void {
    if (this.isWhole || this.#pieces.length === 0) return;
    const count = this.#readers.size === 0 ? this.#pieces.length : this.#slowest().at - this.#gone;
    for (const { bytes, hasRoom } of this.#pieces.splice(0, count)) {
      if (hasRoom) {
        this.#size -= bytes.byteLength;
        this.#room.giveBack(bytes.byteLength);
      } else {
        this.#beyond -= bytes.byteLength;
      }
    }
    this.#gone += count;
  }

  #slowest(): Reader {
    return [...this.#readers].reduce((slowest, reader) => (reader.at < slowest.at ? reader : slowest));
  }

  #fail(reader: Reader, error: GatewayError): void {
    if (!this.#readers.has(reader)) return;
    reader.failure = error;
    reader.waiting?.reject(error);
    this.#leave(reader);
  }

  #leave(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    reader.waiting?.resolve(undefined);
    if (this.#readers.size === 0 && !this.isOver) this.#source.cancel();
    this.#tidy();
  }
}

/** One who reads a recording. */
export interface RecordingReader extends ByteSource {
  /** Leaves, and says so to who waits for the next piece. */
  fail(error: GatewayError): void;
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Piece {
  readonly bytes: Bytes;
  /** It is counted in the room. */
  readonly hasRoom: boolean;
}

interface Reader {
  /** How many pieces he has read. */
  at: number;
  waiting: PromiseWithResolvers<Bytes | undefined> | undefined;
  failure: GatewayError | undefined;
}

/** So far may somebody fall behind the fastest once there is no room left. */
const WINDOW_BYTES = 256 * 1024;

function tooSlow(): GatewayError {
  return new GatewayError(
    'upstream_interrupted',
    'this answer is shared with other calls, and was read too slowly for the gateway to hold what they have read already. Try again.',
  );
}
