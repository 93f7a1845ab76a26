import { type Call, type Counters, GatewayError, type PluginHost, type StoredCredential } from '@sluice/core';

export interface KeyLimitOptions {
  readonly counters: Pick<Counters, 'take'>;
  /** While the counters give no answer keys are used uncounted, instead of not at all. */
  readonly failOpen: boolean;
  readonly host: Pick<PluginHost, 'now' | 'report'>;
}

/** Holds keys to the limits that the operator gave them. */
export class KeyLimits {
  readonly #options: KeyLimitOptions;
  /** Told once for each outage. */
  #isAway = false;

  constructor(options: KeyLimitOptions) {
    this.#options = options;
  }

  /** Takes the first key that has room out of the queue, with those before it. Throws `rate_limited` when none has. */
  async firstWithRoom(call: Call, queue: StoredCredential[]): Promise<StoredCredential> {
    const taken = await this.#take(call, queue);
    if (typeof taken === 'number') throw exceeded(call, taken - this.#options.host.now());
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
    const { counters, host } = this.#options;
    const now = host.now();
    try {
      const { allowed, standings } = await counters.take([demand], { now, lease });
      this.#isAway = false;
      return allowed ? undefined : (standings[0]?.resetsAt ?? now + windowMs);
    } catch (cause) {
      this.#tell(cause);
      if (this.#options.failOpen) return undefined;
      if (cause instanceof GatewayError) throw cause;
      const message = `The calls of a key stored for ${provider.id} can't be counted. Try again in a moment.`;
      throw new GatewayError('unavailable', message, { cause });
    }
  }

  #tell(cause: unknown): void {
    if (this.#isAway) return;
    this.#isAway = true;
    const { failOpen, host } = this.#options;
    host.report(failOpen ? UNCOUNTED : UNUSED, cause);
  }
}

const UNCOUNTED = 'The counters of stored keys give no answer. Keys with a limit are used uncounted until they do.';
const UNUSED =
  'The counters of stored keys give no answer. Calls that need a key with a limit are refused until they do.';

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
