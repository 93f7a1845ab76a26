import type { MaybePromise } from './call.ts';

/** Bytes under keys, each for a while: where cached answers lie. It says what its backend can't do instead of hiding it. */
export interface Store {
  readonly traits: StoreTraits;
  get(key: string): MaybePromise<Uint8Array<ArrayBuffer> | null>;
  /** What is larger than `maxValueBytes` is not kept; a shorter time than `minTtlSeconds` becomes that. */
  set(key: string, value: Uint8Array<ArrayBuffer>, options: { ttlSeconds: number }): MaybePromise<void>;
  delete(key: string): MaybePromise<void>;
  close?(): MaybePromise<void>;
}

export interface StoreTraits {
  /** `eventual`: what one process wrote another may see later. */
  readonly consistency: 'strong' | 'eventual';
  readonly minTtlSeconds: number;
  readonly maxValueBytes: number;
}
