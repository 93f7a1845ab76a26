import { type ByteSource, type Call, GatewayError, type Next, type Reply } from '@sluice/core';
import type { Answer } from './pending.ts';
import type { Recording, RecordingReader } from './recording.ts';
import type { Wish } from './wish.ts';

export interface SharedStreamOptions {
  /** The call that goes upstream for all. */
  readonly call: Call;
  readonly wish: Wish;
  readonly startedAt: number;
  /** What may be shared of a reply. */
  watch(reply: Reply): Answer | undefined;
  /** Nobody else is to come aboard. */
  forget(): void;
}

/** One call upstream whose stream is read by all who ask the same. It goes on for as long as one of them is there. */
export class SharedStream {
  readonly call: Call;
  readonly wish: Wish;
  readonly startedAt: number;
  /** Set by the first who wants to know whether an answer that came whole may be shared. */
  isShareable: boolean | undefined;
  readonly #options: SharedStreamOptions;
  /** Those who are there, and of all who were those whose calls are not over yet. */
  readonly #seats = new Set<Seat>();
  readonly #unreleased = new Set<Seat>();
  /** Aborts when all have left. */
  readonly #empty = new AbortController();
  readonly #landed = Promise.withResolvers<Answer | undefined>();
  #recording: Recording | undefined;

  constructor(options: SharedStreamOptions) {
    this.call = options.call;
    this.wish = options.wish;
    this.startedAt = options.startedAt;
    this.#options = options;
  }

  /** What came back; undefined when it can't be shared. */
  get answer(): Promise<Answer | undefined> {
    return this.#landed.promise;
  }

  /** Whether somebody who comes now would get all of it. */
  get isOpen(): boolean {
    return this.#recording?.isOpen ?? true;
  }

  /** Whether this call may come aboard now. */
  takes({ rescuable, options, timeouts }: Call): boolean {
    // How a stream begins is looked at only as the call that went upstream wants it.
    if (rescuable && !this.call.rescuable) return false;
    if (timeouts.firstTokenMs !== this.call.timeouts.firstTokenMs) return false;
    // A call with a time limit of its own waits for nobody else's first byte.
    return this.isOpen && (this.#recording !== undefined || !options.has('request-timeout'));
  }

  /** A place for who asks; he leaves it with his client. */
  board(client: AbortSignal): Seat {
    const seat = new Seat(client, this);
    this.#seats.add(seat);
    this.#unreleased.add(seat);
    if (this.#recording !== undefined) seat.open(this.#recording.open());
    if (client.aborted) seat.cancel();
    return seat;
  }

  /** Sends the call, with the one who pays for it in his seat. */
  async send(next: Next, seat: Seat): Promise<Reply> {
    try {
      const reply = await next({ signal: this.#empty.signal });
      const answer = this.#options.watch(reply);
      if (answer?.type === 'stream') this.#open(answer.recording);
      else if (reply.type === 'stream' && !this.#seats.has(seat)) reply.body.cancel();
      this.#landed.resolve(answer);
      if (answer === undefined) this.#close();
      return reply;
    } catch (thrown) {
      this.#close();
      throw thrown;
    }
  }

  /** Somebody has left; tells whether he was the last. */
  left(seat: Seat): boolean {
    this.#seats.delete(seat);
    if (this.#seats.size > 0) return false;
    this.#close();
    if (!this.#recording?.isOver) this.#empty.abort();
    return true;
  }

  /** A call that shared the stream is over, and the answer is kept if this call showed that it is one to keep. */
  released(seat: Seat): void {
    this.#unreleased.delete(seat);
    const recording = this.#recording;
    // Whoever asks from now on finds it in the store, or would get what is not worth keeping.
    if (this.#unreleased.size > 0 && !recording?.isOver && !recording?.isKept) return;
    this.#close();
    recording?.drop();
  }

  #open(recording: Recording): void {
    this.#recording = recording;
    for (const seat of this.#seats) seat.open(recording.open());
    // All may have left at the very moment when it came.
    if (this.#seats.size === 0) recording.open().cancel();
  }

  #close(): void {
    this.#landed.resolve(undefined);
    this.#options.forget();
  }
}

/** One client's share of a stream. */
export class Seat implements ByteSource {
  readonly #client: AbortSignal;
  readonly #stream: SharedStream;
  readonly #left = Promise.withResolvers<undefined>();
  #reader: RecordingReader | undefined;
  #isLeft = false;

  constructor(client: AbortSignal, stream: SharedStream) {
    this.#client = client;
    this.#stream = stream;
    client.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** What is waited for. Throws when the client leaves; the last one first sees how his upstream ends. */
  async wait<T>(task: Promise<T>): Promise<T> {
    const result = await Promise.race([task.then((value) => ({ value })), this.#left.promise]);
    if (result === undefined || this.#isLeft) throw clientLeft();
    return result.value;
  }

  open(reader: RecordingReader): void {
    this.#reader = reader;
  }

  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#reader?.read() ?? Promise.resolve(undefined);
  }

  /** The client wants no more of it. */
  cancel(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#client.removeEventListener('abort', this.#onAbort);
    this.#reader?.cancel();
    if (!this.#stream.left(this)) this.#left.resolve(undefined);
  }

  /** The client's call is over. */
  release(): void {
    this.cancel();
    this.#stream.released(this);
  }

  readonly #onAbort = (): void => {
    this.#reader?.fail(clientLeft());
    this.cancel();
  };
}

function clientLeft(): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection before the answer was there.');
}
