import type { BytesReply, Call, MaybePromise, Next, Outcome, PluginHost, Reply } from '@sluice/core';
import { type Address, addressOf } from './address.ts';
import type { CacheOptions } from './cache.ts';
import { decodeEntry } from './entry.ts';
import { Flight, Flights } from './flights.ts';
import { isKeepable, offersTools } from './keepable.ts';
import { Keeper, toEntry } from './keeper.ts';
import { type Answer, type Pending, pendingKey, verdictKey } from './pending.ts';
import { readMark } from './purger.ts';
import { readWhole } from './reading.ts';
import { RecordingRoom } from './recording.ts';
import { lastingHeaders, replay } from './replay.ts';
import { type Seat, SharedStream } from './shared-stream.ts';
import { Shelf } from './shelf.ts';
import { type Wish, wishOf } from './wish.ts';

/** A call that may be answered from the store. */
interface Question {
  readonly call: Call;
  readonly wish: Wish;
  readonly address: Address;
  readonly next: Next;
}

/** Takes questions, looks whether the answer is there, and otherwise sends them on. */
export class Desk {
  readonly #host: PluginHost;
  readonly #shelf: Shelf;
  readonly #keeper: Keeper;
  readonly #flights: Flights<Flight> | undefined;
  readonly #streams: Flights<SharedStream> | undefined;
  readonly #refreshTimeoutMs: number;
  /** Entries that are being fetched anew behind a client's back. */
  readonly #refreshing = new Set<string>();

  constructor(options: CacheOptions, host: PluginHost) {
    const { store, readTimeoutMs = 250, writeTimeoutMs = 5000, maxRecordingBytes = 64 * 1024 * 1024 } = options;
    this.#host = host;
    this.#shelf = new Shelf({ store, host, readTimeoutMs, writeTimeoutMs });
    this.#keeper = new Keeper({ shelf: this.#shelf, room: new RecordingRoom(maxRecordingBytes), host });
    this.#flights = options.coalesce === false ? undefined : new Flights();
    this.#streams = options.coalesce === false ? undefined : new Flights();
    this.#refreshTimeoutMs = options.refreshTimeoutMs ?? 5 * 60 * 1000;
  }

  answer(call: Call, next: Next): MaybePromise<Reply> {
    // What an earlier step of the chain asked has failed.
    forget(call);
    const wish = wishOf(call);
    if (wish !== undefined) return this.#serve(call, wish, next);
    if (call.state.get(verdictKey) !== undefined) call.state.set(verdictKey, undefined);
    return next();
  }

  /** The call is over: keeps its answer. */
  async end(call: Call, outcome: Outcome): Promise<void> {
    const pending = call.state.get(pendingKey);
    if (pending === undefined) return;
    const { answer } = pending;
    try {
      if (answer !== undefined && call.step === pending.call.step) await this.#keeper.keep(pending, answer, outcome);
    } finally {
      forget(call);
    }
  }

  async #serve(call: Call, wish: Wish, next: Next): Promise<Reply> {
    const question = { call, wish, next, address: await addressOf(call, wish, this.#host) };
    if (!wish.skipsRead) {
      const kept = (await this.#share(question)) ?? (await this.#look(question));
      if (kept !== undefined) return kept;
      // Somebody may have set out while the store was asked. One wait in vain is enough, then everybody goes alone.
      const sharing = this.#share(question);
      const shared = sharing && (await sharing);
      if (shared !== undefined) return shared;
    }
    return this.#ask(question);
  }

  /** What a call under way brings; undefined at once when there is none that this one may share. */
  #share(question: Question): Promise<Reply | undefined> | undefined {
    const { call, address } = question;
    if (call.request.stream) {
      const stream = this.#streams?.find(streamKey(address), purgedAt(call));
      return stream?.takes(call) ? this.#board(question, stream) : undefined;
    }
    const flight = canWait(call) ? this.#flights?.find(address.name, purgedAt(call)) : undefined;
    return flight && this.#wait(question, flight);
  }

  async #wait(question: Question, flight: Flight): Promise<Reply | undefined> {
    return copyOf(await flight.join(question.call.signal), flight, question);
  }

  /** The stream of a call under way: what has come of it so far at once, and the rest as it comes. */
  async #board(question: Question, stream: SharedStream): Promise<Reply | undefined> {
    const { call, address } = question;
    const { wish, startedAt } = stream;
    const seat = stream.board(call.signal);
    const pending: Pending = { call, wish, address, startedAt, flight: undefined, seat, answer: undefined };
    call.state.set(pendingKey, pending);
    const answer = await seat.wait(stream.answer);
    if (answer?.type === 'stream') {
      const { headers, framing } = answer.reply;
      const head = { status: 200, headers: lastingHeaders(headers), protocol: call.target.protocol, call };
      const reply = { ...head, type: 'stream', source: 'cache', framing, body: seat } as const;
      pending.answer = { ...answer, reply };
      return hit(call, address, reply);
    }
    forget(call);
    return copyOf(answer?.reply, stream, question);
  }

  /** The kept answer, if there is one that may be served. */
  async #look(question: Question): Promise<Reply | undefined> {
    const { call, wish, address } = question;
    const mark = address.mark === undefined ? null : this.#shelf.read(address.mark);
    const bytes = await this.#shelf.read(address.name);
    const entry = bytes === null ? undefined : decodeEntry(bytes);
    if (entry === undefined || entry.startedAt <= Math.max(purgedAt(call), readMark(await mark))) return undefined;
    const now = this.#host.now();
    if (now >= entry.freshUntil + wish.staleSeconds * 1000) return undefined;
    const reply = replay(call, entry, address.asked);
    if (reply !== undefined && now >= entry.freshUntil) this.#refresh(question);
    return hit(call, address, reply);
  }

  /** Sends the question on and remembers it, so that its answer can be kept when it is whole. */
  async #ask(question: Question): Promise<Reply> {
    const { call, wish, address, next } = question;
    const startedAt = this.#host.now();
    const stream = this.#openStream(question, startedAt);
    const seat = stream?.board(call.signal);
    const flight = this.#setOut(question, startedAt);
    const pending: Pending = { call, wish, address, startedAt, flight, seat, answer: undefined };
    call.state.set(pendingKey, pending);
    call.state.set(verdictKey, { status: 'MISS', entry: address.id });
    if (stream !== undefined && seat !== undefined) {
      const reply = await seat.wait(stream.send(next, seat));
      pending.answer = await stream.answer;
      return toClient(reply, pending.answer, seat);
    }
    try {
      const reply = await next();
      pending.answer = this.#keeper.watch(reply);
      if (pending.answer?.type === 'bytes') flight?.land(pending.answer.reply);
      else flight?.close();
      return toClient(reply, pending.answer);
    } catch (thrown) {
      flight?.close();
      throw thrown;
    }
  }

  /** Lets others wait for this call, unless they wait for one already. */
  #setOut({ call, wish, address: { name } }: Question, startedAt: number): Flight | undefined {
    if (this.#flights === undefined || call.request.stream || wish.skipsRead) return undefined;
    if (this.#flights.find(name, purgedAt(call)) !== undefined) return undefined;
    return this.#flights.open(name, (forget) => new Flight(call, startedAt, forget));
  }

  /** Lets others read along, unless they do already. */
  #openStream({ call, wish, address }: Question, startedAt: number): SharedStream | undefined {
    const streams = this.#streams;
    if (streams === undefined || !call.request.stream || wish.skipsRead || offersTools(call)) return undefined;
    const key = streamKey(address);
    if (streams.find(key, purgedAt(call))?.isOpen) return undefined;
    const watch = (reply: Reply): Answer | undefined => this.#keeper.watch(reply);
    return streams.open(key, (forget) => new SharedStream({ call, wish, startedAt, watch, forget }));
  }

  /** Fetches a fresh answer once the old one has left. A client that leaves does not stop it. */
  #refresh({ call, wish, address, next }: Question): void {
    if (this.#refreshing.has(address.name)) return;
    this.#refreshing.add(address.name);
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    this.#host.defer(resolve);
    call.waitUntil(turn.then(fetchBehind).finally(() => this.#refreshing.delete(address.name)));
    const keeper = this.#keeper;
    const startedAt = this.#host.now();
    const pending: Pending = { call, wish, address, startedAt, flight: undefined, seat: undefined, answer: undefined };
    const signal = AbortSignal.timeout(this.#refreshTimeoutMs);

    async function fetchBehind(): Promise<void> {
      try {
        const reply = await next({ signal });
        const answer = keeper.watch(reply);
        if (answer !== undefined) await keeper.drain(pending, answer);
        else if (reply.type === 'stream') reply.body.cancel();
      } catch {
        // The old answer is still there, and the next who asks for it tries again.
      }
    }
  }
}

/** A call with a time limit of its own waits for nobody else's. */
function canWait({ options }: Call): boolean {
  return !options.has('request-timeout');
}

/** Streams are shared by those who ask for the same kind of stream. */
function streamKey({ name, asked }: Address): string {
  return `${name} ${asked.form}`;
}

interface Shareable {
  readonly call: Call;
  readonly startedAt: number;
  isShareable: boolean | undefined;
}

/** Another's answer with bytes of one's own, unless it is none to share. */
function copyOf(reply: BytesReply | undefined, shared: Shareable, { call, address }: Question): Reply | undefined {
  if (reply === undefined) return undefined;
  shared.isShareable ??= isKeepable(shared.call, reply, readWhole(shared.call, reply, reply.body), reply.body);
  if (!shared.isShareable) return undefined;
  const times = { startedAt: shared.startedAt, freshUntil: shared.startedAt };
  return hit(call, address, replay(call, { ...toEntry(reply, reply.body.slice(), ''), ...times }, address.asked));
}

/** The reply that goes on to the client: a stream that is recorded is read from its recording. */
function toClient(reply: Reply, answer: Answer | undefined, seat?: Seat): Reply {
  return answer?.type === 'stream' ? { ...answer.reply, body: seat ?? answer.recording.open() } : reply;
}

/** Nothing whose call began up to then is served. */
function purgedAt({ gateway }: Call): number {
  return gateway.cachePurgedAt ?? Number.NEGATIVE_INFINITY;
}

function hit(call: Call, { id }: Address, reply: Reply | undefined): Reply | undefined {
  if (reply !== undefined) call.state.set(verdictKey, { status: 'HIT', entry: id });
  return reply;
}

/** Lets go of what the latest question of this call still holds. */
function forget({ state }: Call): void {
  const pending = state.get(pendingKey);
  if (pending === undefined) return;
  state.set(pendingKey, undefined);
  pending.flight?.close();
  if (pending.seat !== undefined) pending.seat.release();
  else if (pending.answer?.type === 'stream') pending.answer.recording.drop();
}
