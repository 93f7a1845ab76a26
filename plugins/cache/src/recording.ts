import type { ByteSource } from '@sluice/core';
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

/** Lets a stream pass and keeps its bytes, unless they become too many. */
export class Recording implements ByteSource {
  readonly #source: ByteSource;
  readonly #room: RecordingRoom;
  readonly #maxBytes: number;
  #pieces: Uint8Array<ArrayBuffer>[] | undefined = [];
  #size = 0;
  /** The source came to its own end. */
  isOver = false;

  constructor(source: ByteSource, room: RecordingRoom, maxBytes: number) {
    this.#source = source;
    this.#room = room;
    this.#maxBytes = maxBytes;
  }

  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#source.read().then(this.#keep);
  }

  cancel(): void {
    this.#source.cancel();
  }

  /** Everything that has passed, or undefined when it was too much. The recording holds nothing from then on. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    const pieces = this.#pieces;
    if (pieces === undefined) return undefined;
    const whole = concat(pieces);
    this.drop();
    return whole;
  }

  drop(): void {
    if (this.#pieces === undefined) return;
    this.#pieces = undefined;
    this.#room.giveBack(this.#size);
  }

  readonly #keep = (piece: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> | undefined => {
    if (piece === undefined) {
      this.isOver = true;
    } else if (this.#pieces !== undefined) {
      const { byteLength } = piece;
      if (this.#size + byteLength > this.#maxBytes || !this.#room.take(byteLength)) {
        this.drop();
      } else {
        this.#size += byteLength;
        this.#pieces.push(piece);
      }
    }
    return piece;
  };
}
