import type { BytesReply, Call } from '@sluice/core';

/** Calls on their way upstream that others with the same question may wait for. */
export class Flights<F extends { readonly startedAt: number }> {
  readonly #flights = new Map<string, F>();

  /** The call under way for this key, unless it began before the purge. */
  find(key: string, purgedAt: number): F | undefined {
    const flight = this.#flights.get(key);
    return flight !== undefined && flight.startedAt > purgedAt ? flight : undefined;
  }

  /** `create` is told how to have the flight forgotten. */
  open(key: string, create: (forget: () => void) => F): F {
    const flight = create(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }
}

/** One call upstream. It can be joined until its answer lies in the store. */
export class Flight {
  readonly call: Call;
  readonly startedAt: number;
  /** Set by the first who wants to know whether the answer may be shared. */
  isShareable: boolean | undefined;
  readonly #landed = Promise.withResolvers<BytesReply | undefined>();
  readonly #forget: () => void;

  constructor(call: Call, startedAt: number, forget: () => void) {
    this.call = call;
    this.startedAt = startedAt;
    this.#forget = forget;
  }

  /** The answer, or undefined when there is none to share or the one who waits has left. */
  async join(signal: AbortSignal): Promise<BytesReply | undefined> {
    const { promise: left, resolve } = Promise.withResolvers<undefined>();
    const leave = (): void => resolve(undefined);
    signal.addEventListener('abort', leave);
    try {
      return signal.aborted ? undefined : await Promise.race([this.#landed.promise, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Tells those who wait. Later ones may still join. */
  land(reply: BytesReply): void {
    this.#landed.resolve(reply);
  }

  /** Whoever still waits does so in vain, and nobody joins any more. */
  close(): void {
    this.#landed.resolve(undefined);
    this.#forget();
  }
}
