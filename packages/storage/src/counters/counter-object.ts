import { type CounterState, type Ledger, ledgerKey } from './decide.ts';
import { type CounterTask, perform } from './task.ts';

/** What is needed of the storage of a Durable Object. */
export interface ObjectStorage {
  get<T>(keys: string[]): Promise<Map<string, T>>;
  put<T>(entries: Record<string, T>, options?: { allowUnconfirmed?: boolean }): Promise<void>;
  delete(keys: string[]): Promise<number>;
  list<T>(options: { startAfter?: string; limit: number }): Promise<Map<string, T>>;
  getAlarm(): Promise<number | null>;
  setAlarm(at: number): Promise<void>;
}

/**
 * The Durable Object behind `durableObjectCounters`: a Worker exports it and binds a namespace to it. It decides in
 * memory, writes behind, and forgets what has expired.
 */
export class CounterObject {
  readonly #storage: ObjectStorage;
  /** Null where the storage has nothing. */
  readonly #known = new Map<string, Kept | null>();
  #hasAlarm = false;

  constructor(context: { readonly storage: ObjectStorage }) {
    this.#storage = context.storage;
  }

  async fetch(request: Request): Promise<Response> {
    const task = (await request.json()) as CounterTask;
    const keys = [...new Set(task.demands.map(ledgerKey))];
    while (keys.some((key) => !this.#known.has(key))) await this.#load(keys);
    // From here on nothing waits until all is counted, so no other request comes between.
    const changed = new Map<string, Kept>();
    const verdict = perform(this.#ledger(task.now, changed), task);
    if (changed.size > 0) await this.#write(changed);
    return Response.json({ verdict });
  }

  /** Takes away what has expired, and comes again while there is more. */
  async alarm(): Promise<void> {
    let next = Number.POSITIVE_INFINITY;
    let startAfter: string | undefined;
    for (;;) {
      const from = startAfter === undefined ? {} : { startAfter };
      const page = await this.#storage.list<Kept>({ limit: PAGE, ...from });
      const now = Date.now();
      const expired: string[] = [];
      for (const [key, kept] of page) {
        startAfter = key;
        const { until } = this.#known.get(key) ?? kept;
        if (until <= now) expired.push(key);
        else next = Math.min(next, until);
      }
      for (const key of expired) this.#known.delete(key);
      if (expired.length > 0) await this.#storage.delete(expired);
      if (page.size < PAGE) break;
    }
    this.#hasAlarm = next < Number.POSITIVE_INFINITY;
    if (this.#hasAlarm) await this.#storage.setAlarm(Math.max(next, Date.now() + SWEEP_AFTER_MS));
  }

  #ledger(now: number, changed: Map<string, Kept>): Ledger {
    return {
      get: (key) => this.#known.get(key)?.state,
      set: (key, state, expiresAt) => {
        // The caller's clock tells how long, ours from when on.
        const kept = { state, until: Date.now() + expiresAt - now };
        this.#known.set(key, kept);
        changed.set(key, kept);
      },
    };
  }

  async #load(keys: string[]): Promise<void> {
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    const missing = keys.filter((key) => !this.#known.has(key));
    const stored = await this.#storage.get<Kept>(missing);
    // Another request may have loaded and changed the same meanwhile.
    for (const key of missing) if (!this.#known.has(key)) this.#known.set(key, stored.get(key) ?? null);
  }

  async #write(changed: ReadonlyMap<string, Kept>): Promise<void> {
    // Unconfirmed: counts may be lost in a crash, and nobody waits for a disk.
    void this.#storage.put(Object.fromEntries(changed), { allowUnconfirmed: true });
    if (this.#hasAlarm) return;
    this.#hasAlarm = true;
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(Date.now() + SWEEP_AFTER_MS);
  }
}

interface Kept {
  readonly state: CounterState;
  /** By the object's own clock, in milliseconds since 1970. */
  readonly until: number;
}

/** The storage takes so many keys at once. */
const PAGE = 128;
const MAX_KNOWN = 10_000;
const SWEEP_AFTER_MS = 60_000;
