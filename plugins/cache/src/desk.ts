import type { Call, MaybePromise, Next, Outcome, PluginHost, Reply } from '@sluice/core';
import { type Address, addressOf } from './address.ts';
import type { CacheOptions } from './cache.ts';
import { decodeEntry } from './entry.ts';
import { type Flight, Flights } from './flights.ts';
import { isKeepable } from './keepable.ts';
import { Keeper, toEntry } from './keeper.ts';
import { type Pending, pendingKey, verdictKey } from './pending.ts';
import { readMark } from './purger.ts';
import { readWhole } from './reading.ts';
import { RecordingRoom } from './recording.ts';
import { replay } from './replay.ts';
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
  readonly #flights: Flights | undefined;
  readonly #refreshTimeoutMs: number;
  /** Entries that are being fetched anew behind a client's back. */
  readonly #refreshing = new Set<string>();

  constructor(options: CacheOptions, host: PluginHost) {
    const { store, readTimeoutMs = 250, writeTimeoutMs = 5000, maxRecordingBytes = 64 * 1024 * 1024 } = options;
    this.#host = host;
    this.#shelf = new Shelf({ store, host, readTimeoutMs, writeTimeoutMs });
    this.#keeper = new Keeper({ shelf: this.#shelf, room: new RecordingRoom(maxRecordingBytes), host });
    this.#flights = options.coalesce === false ? undefined : new Flights();
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
      const kept = (await this.#share(question, this.#flightOf(question))) ?? (await this.#look(question));
      if (kept !== undefined) return kept;
      // Somebody may have set out while the store was asked. One wait in vain is enough, then everybody goes alone.
      const flight = this.#flightOf(question);
      const shared = flight && (await this.#share(question, flight));
      if (shared !== undefined) return shared;
    }
    return this.#ask(question);
  }

  /** The call under way that this one may wait for. Streams don't: their words would all come late. */
  #flightOf({ call, address }: Question): Flight | undefined {
    return canWait(call) ? this.#flights?.find(address.name, purgedAt(call)) : undefined;
  }

  async #share({ call, address }: Question, flight: Flight | undefined): Promise<Reply | undefined> {
    const reply = await flight?.join(call.signal);
    if (flight === undefined || reply === undefined) return undefined;
    flight.isShareable ??= isKeepable(flight.call, reply, readWhole(flight.call, reply, reply.body), reply.body);
    if (!flight.isShareable) return undefined;
    // Everybody gets bytes of his own.
    const times = { startedAt: flight.startedAt, freshUntil: flight.startedAt };
    return hit(call, address, replay(call, { ...toEntry(reply, reply.body.slice(), ''), ...times }, address.asked));
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
  async #ask({ call, wish, address, next }: Question): Promise<Reply> {
    const startedAt = this.#host.now();
    const flight = this.#setOut(call, wish, address, startedAt);
    const pending: Pending = { call, wish, address, startedAt, flight, answer: undefined };
    call.state.set(pendingKey, pending);
    call.state.set(verdictKey, { status: 'MISS', entry: address.id });
    try {
      const reply = await next();
      pending.answer = this.#keeper.watch(reply);
      if (pending.answer?.type === 'bytes') flight?.land(pending.answer.reply);
      else flight?.close();
      return pending.answer?.reply ?? reply;
    } catch (thrown) {
      flight?.close();
      throw thrown;
    }
  }

  /** Lets others wait for this call, unless they wait for one already. */
  #setOut(call: Call, wish: Wish, { name }: Address, startedAt: number): Flight | undefined {
    if (this.#flights === undefined || call.request.stream || wish.skipsRead) return undefined;
    return this.#flights.find(name, purgedAt(call)) === undefined
      ? this.#flights.open(name, call, startedAt)
      : undefined;
  }

  /** Fetches a fresh answer once the old one has left. A client that leaves does not stop it. */
  #refresh({ call, wish, address, next }: Question): void {
    if (this.#refreshing.has(address.name)) return;
    this.#refreshing.add(address.name);
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    this.#host.defer(resolve);
    call.waitUntil(turn.then(fetchBehind).finally(() => this.#refreshing.delete(address.name)));
    const keeper = this.#keeper;
    const pending = { call, wish, address, flight: undefined, answer: undefined, startedAt: this.#host.now() };
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
function canWait({ request, options }: Call): boolean {
  return !request.stream && !options.has('request-timeout');
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
  if (pending.answer?.type === 'stream') pending.answer.recording.drop();
}
