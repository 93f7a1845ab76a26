import { type Call, type Counters, GatewayError, type StoredCredential } from '@sluice/core';

/** Holds keys to the limits that the operator gave them. */
export class KeyLimits {
  readonly #counters: Pick<Counters, 'take'>;
  readonly #now: () => number;

  constructor(counters: Pick<Counters, 'take'>, now: () => number) {
    this.#counters = counters;
    this.#now = now;
  }

  /** Takes the first key that has room out of the queue, with those before it. Throws `rate_limited` when none has. */
  async firstWithRoom(call: Call, queue: StoredCredential[]): Promise<StoredCredential> {
    const taken = await this.#take(call, queue);
    if (typeof taken === 'number') throw exceeded(call, taken - this.#now());
    return taken;
  }

  /** The same, or undefined when none has room. */
  async anotherWithRoom(call: Call, queue: StoredCredential[]): Promise<StoredCredential | undefined> {
    const taken = await this.#take(call, queue);
    return typeof taken === 'number' ? undefined : taken;
  }

  /** A key, or when the first of them has room again. */
  async #take(call: Call, queue: StoredCredential[]): Promise<StoredCredential | number> {
    let earliest = Number.POSITIVE_INFINITY;
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      if (key.rateLimit === null) return key;
      const resetsAt = await this.#count(call, key, key.rateLimit);
      if (resetsAt === undefined) return key;
      earliest = Math.min(earliest, resetsAt);
    }
    return earliest;
  }

  /** Undefined when the call was counted, otherwise when there is room again. */
  async #count({ id: lease, provider }: Call, key: StoredCredential, limit: number): Promise<number | undefined> {
    const windowMs = (key.rateLimitPeriod ?? DEFAULT_PERIOD) * 1000;
    const demand = { key: `credential:${key.id}`, limit, windowMs, technique: 'fixed', amount: 1 } as const;
    const now = this.#now();
    try {
      const { allowed, standings } = await this.#counters.take([demand], { now, lease });
      return allowed ? undefined : (standings[0]?.resetsAt ?? now + windowMs);
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      const message = `The calls of a key stored for ${provider.id} can't be counted. Try again in a moment.`;
      throw new GatewayError('unavailable', message, { cause });
    }
  }
}

/** Seconds, for a limit that was stored without a period. */
const DEFAULT_PERIOD = 60;

function exceeded({ provider }: Call, waitMs: number): GatewayError {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return new GatewayError(
    'rate_limited',
    `Every stored key that could serve this call to ${provider.id} is at its limit. Try again in ${seconds} s, or store another.`,
    { headers: { 'retry-after': seconds } },
  );
}
