import type { ByteSource } from '../contracts/runtime.ts';

/** How many unread bytes may wait before the socket is paused. */
const HIGH_WATER_BYTES = 64 * 1024;

interface Valve {
  pause(): void;
  resume(): void;
}

/** Turns pieces that are pushed by a parser into pieces that are pulled, holding the parser back when nobody pulls. */
export class PushSource implements ByteSource {
  readonly #valve: Valve;
  readonly #abort: () => void;
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #failure: Error | undefined;
  #waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer> | undefined> | undefined;

  constructor(valve: Valve, abort: () => void) {
    this.#valve = valve;
    this.#abort = abort;
  }

  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const piece = this.#queue.shift();
    if (piece !== undefined) {
      this.#queuedBytes -= piece.byteLength;
      if (this.#isPaused && this.#queuedBytes === 0) {
        this.#isPaused = false;
        this.#valve.resume();
      }
      return Promise.resolve(piece);
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#isEnded) return Promise.resolve(undefined);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  cancel(): void {
    this.#queue.length = 0;
    if (!this.#isEnded && this.#failure === undefined) this.#abort();
  }

  push(piece: Uint8Array<ArrayBuffer>): void {
    if (this.#isEnded) return;
    if (this.#settle((waiting) => waiting.resolve(piece))) return;
    this.#queue.push(piece);
    this.#queuedBytes += piece.byteLength;
    if (!this.#isPaused && this.#queuedBytes >= HIGH_WATER_BYTES) {
      this.#isPaused = true;
      this.#valve.pause();
    }
  }

  end(): void {
    this.#isEnded = true;
    this.#settle((waiting) => waiting.resolve(undefined));
  }

  fail(error: Error): void {
    if (this.#isEnded) return;
    this.#failure = error;
    this.#settle((waiting) => waiting.reject(error));
  }

  #settle(how: (waiting: PromiseWithResolvers<Uint8Array<ArrayBuffer> | undefined>) => void): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) return false;
    this.#waiting = undefined;
    how(waiting);
    return true;
  }
}
