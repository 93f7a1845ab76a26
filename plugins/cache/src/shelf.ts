import type { MaybePromise, PluginHost, Store } from '@sluice/core';

export interface ShelfOptions {
  readonly store: Store;
  readonly host: Pick<PluginHost, 'now' | 'report'>;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** A store that can't hurt calls: it never throws, never keeps anybody waiting, and is left alone for a while after it failed. */
export class Shelf {
  readonly #options: ShelfOptions;
  /** Nobody asks before then; undefined while all is well. */
  #downUntil: number | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
  }

  get maxValueBytes(): number {
    return this.#options.store.traits.maxValueBytes;
  }

  /** Null when nothing is there, or nobody can say. */
  read(key: string): MaybePromise<Uint8Array<ArrayBuffer> | null> {
    const { store, readTimeoutMs } = this.#options;
    return this.#ask(() => store.get(key), readTimeoutMs, 'be read');
  }

  async write(key: string, value: Uint8Array<ArrayBuffer>, ttlSeconds: number): Promise<void> {
    const { store, writeTimeoutMs } = this.#options;
    await this.#ask(() => store.set(key, value, { ttlSeconds }), writeTimeoutMs, 'be written');
  }

  #ask<T>(task: () => MaybePromise<T>, ms: number, what: string): MaybePromise<T | null> {
    if (this.#downUntil !== undefined && this.#options.host.now() < this.#downUntil) return null;
    try {
      const answer = task();
      if (answer instanceof Promise) return this.#wait(answer, ms, what);
      this.#downUntil = undefined;
      return answer;
    } catch (thrown) {
      return this.#fail(what, thrown);
    }
  }

  async #wait<T>(answer: Promise<T>, ms: number, what: string): Promise<T | null> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`No answer within ${ms} ms.`)), ms);
    try {
      const value = await Promise.race([answer, late]);
      this.#downUntil = undefined;
      return value;
    } catch (thrown) {
      return this.#fail(what, thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Said once until the store works again. */
  #fail(what: string, cause: unknown): null {
    const { host } = this.#options;
    const isNews = this.#downUntil === undefined;
    this.#downUntil = host.now() + PAUSE_MS;
    if (isNews)
      host.report(`The store of cached answers could not ${what}. Calls go upstream until it works again.`, cause);
    return null;
  }
}

const PAUSE_MS = 1000;
