import type { Store } from '@sluice/core';
import { entryName, markName } from './names.ts';
import { LONGEST } from './wish.ts';

export interface CachePurger {
  /**
   * Serves these entries no more: each is named by its `cf-aig-cache-key`, or by the id that its answers carry in
   * `cf-aig-cache-entry`. For a whole gateway set its `cachePurgedAt`.
   */
  purge(account: string, gateway: string, keys: readonly string[]): Promise<void>;
}

/** Purges what the cache plugin keeps in this store. */
export function cachePurger(store: Store, now: () => number = Date.now): CachePurger {
  return {
    purge: async (account, gateway, keys) => {
      await Promise.all(keys.flatMap(spellings).map((key) => purgeKey(key)));

      async function purgeKey(key: string): Promise<void> {
        // As long as an entry may live, so that none comes back when the mark is gone.
        const mark = markName(account, gateway, await sha256(key));
        await store.set(mark, encoder.encode(String(now())), { ttlSeconds: 2 * LONGEST });
        if (ENTRY_ID.test(key)) await store.delete(entryName(account, gateway, key));
      }
    },
  };
}

/** A header's bytes are read as Latin-1 (RFC 9110 5.5), so a key in other scripts that came as UTF-8 looks different. */
function spellings(key: string): readonly string[] {
  const asHeader = Array.from(encoder.encode(key), (byte) => String.fromCharCode(byte)).join('');
  return asHeader === key ? [key] : [key, asHeader];
}

/** The moment of a purge as `cachePurger` wrote it. */
export function readMark(mark: Uint8Array | null): number {
  return mark === null ? Number.NEGATIVE_INFINITY : Number(decoder.decode(mark));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const ENTRY_ID = /^[0-9a-f]{64}$/;

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
