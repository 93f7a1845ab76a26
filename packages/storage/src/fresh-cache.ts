import type { MaybePromise } from '@sluice/core';

/** How long an answer counts as fresh, how long the old one may serve while one caller asks again, and how many are kept. */
export interface FreshCacheOptions {
  readonly freshMs: number;
  readonly graceMs: number;
  /** For answers that nothing is there. */
  readonly missMs: number;
  /** How long who could have the old answer waits for a new one, by the clock on the wall. */
  readonly patienceMs: number;
  readonly capacity: number;
  now(): number;
}

/**
 * Remembers what a slow source said, so that most reads are a plain value. What changed elsewhere is seen after at most
 * `freshMs + graceMs`, later only where the source takes longer than `patienceMs`; while it fails or is silent, the last
 * answer stays. Callers never wait for each other's reads, because on Workers one request can't wait for another's I/O.
 */
export class FreshCache<T extends object> {
  readonly #options: FreshCacheOptions;
  readonly #entries = new Map<string, Entry<T>>();
  #changes = 0;

  constructor(options: FreshCacheOptions) {
    this.#options = options;
  }

  get(key: string, load: () => Promise<T | undefined>): MaybePromise<T | undefined> {
    const entry = this.#entries.get(key);
    const now = this.#options.now();
    if (entry === undefined) return this.#load(key, load);
    if (now < entry.freshUntil) return entry.value;
    // The others go on with the old answer while this caller fetches the new one.
    entry.freshUntil = now + (entry.value === undefined ? 0 : this.#options.graceMs);
    const loading = this.#load(key, load);
    return entry.value === undefined ? loading : orOld(loading, entry.value, this.#options.patienceMs);
  }

  /** Our own change: the next reader asks the source, and no read under way may bring the old state back. */
  forget(key: string): void {
    this.#changes++;
    this.#entries.delete(key);
  }

  /** As `forget`, for whoever can't say which keys have changed. */
  forgetAll(): void {
    this.#changes++;
    this.#entries.clear();
  }

  async #load(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const changes = this.#changes;
    const value = await load();
    if (changes === this.#changes) this.#keep(key, value);
    return value;
  }

  #keep(key: string, value: T | undefined): void {
    const { freshMs, missMs, capacity, now } = this.#options;
    // Deleting first moves the key to the young end of the map's order.
    this.#entries.delete(key);
    this.#entries.set(key, { value, freshUntil: now() + (value === undefined ? missMs : freshMs) });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= capacity) break;
      this.#entries.delete(oldest);
    }
  }
}

interface Entry<T> {
  readonly value: T | undefined;
  freshUntil: number;
}

/** The old answer when the new one fails or takes longer than this; one that comes later serves the next caller. */
async function orOld<T>(loading: Promise<T | undefined>, old: T, patienceMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(old), patienceMs);
  });
  try {
    return await Promise.race([loading, late]);
  } catch {
    return old;
  } finally {
    clearTimeout(timer);
  }
}
