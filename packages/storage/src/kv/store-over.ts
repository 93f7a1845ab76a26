import type { MaybePromise, Store, StoreTraits } from '@sluice/core';
import type { Driver } from 'unstorage';

/** The part of an unstorage driver that a store needs: those that keep bytes as they are have it. */
export interface RawDriver {
  readonly getItemRaw?: Driver['getItemRaw'];
  /** Told `{ ttl }` in seconds; a driver that knows no time may ignore it. */
  readonly setItemRaw?: Driver['setItemRaw'];
  readonly removeItem?: Driver['removeItem'];
  readonly dispose?: Driver['dispose'];
}

export interface StoreOverOptions extends StoreTraits {
  /** The backend forgets by itself what is over. Otherwise each value carries the moment with it, and readers look. */
  readonly expires: boolean;
  /** Milliseconds since 1970; the wall clock unless set. */
  readonly now?: () => number;
}

/**
 * A store over a driver of unstorage. It asks the driver itself: `createStorage` cuts keys at a question mark and makes
 * a promise of every answer, which memory can do without.
 */
export function storeOver(driver: RawDriver, options: StoreOverOptions): Store {
  const { consistency, minTtlSeconds, maxValueBytes, expires, now = Date.now } = options;
  const { getItemRaw, setItemRaw, removeItem } = driver;
  if (getItemRaw === undefined || setItemRaw === undefined || removeItem === undefined) {
    throw new Error(
      'This driver of unstorage keeps no raw bytes. Use one that has getItemRaw, setItemRaw and removeItem.',
    );
  }
  const open = (value: unknown): Uint8Array<ArrayBuffer> | null => {
    const bytes = toBytes(value);
    return expires || bytes === null ? bytes : unlessOver(bytes, now());
  };
  return {
    traits: { consistency, minTtlSeconds, maxValueBytes },
    get(key) {
      const value: MaybePromise<unknown> = getItemRaw(key, {});
      return value instanceof Promise ? value.then(open) : open(value);
    },
    set(key, value, { ttlSeconds }) {
      if (value.byteLength > maxValueBytes) return removeItem(key, {});
      const ttl = Math.max(ttlSeconds, minTtlSeconds);
      return setItemRaw(key, expires ? value : withExpiry(value, now() + ttl * 1000), { ttl });
    },
    delete: (key) => removeItem(key, {}),
    close: () => driver.dispose?.(),
  };
}

/** Drivers answer with any kind of bytes, and those of files with undefined or null for nothing. */
function toBytes(value: unknown): Uint8Array<ArrayBuffer> | null {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!(value instanceof Uint8Array)) return null;
  // A `Buffer` is a part of a larger piece of memory, which it would hold on to.
  return value.constructor === Uint8Array ? (value as Uint8Array<ArrayBuffer>) : new Uint8Array(value);
}

/** In front: the moment in milliseconds, the highest byte first. */
const EXPIRY_BYTES = 6;

function withExpiry(value: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const sealed = new Uint8Array(EXPIRY_BYTES + value.byteLength);
  let rest = Math.floor(at);
  for (let index = EXPIRY_BYTES - 1; index >= 0; index--) {
    sealed[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  sealed.set(value, EXPIRY_BYTES);
  return sealed;
}

function unlessOver(sealed: Uint8Array<ArrayBuffer>, now: number): Uint8Array<ArrayBuffer> | null {
  if (sealed.byteLength < EXPIRY_BYTES) return null;
  let at = 0;
  for (let index = 0; index < EXPIRY_BYTES; index++) at = at * 256 + (sealed[index] ?? 0);
  return now < at ? sealed.subarray(EXPIRY_BYTES) : null;
}
