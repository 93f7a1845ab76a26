import type { Store } from '@sluice/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A store under test, and what its backend lets a test see. */
export interface StoreSubject {
  /** Two doors to the same, at first empty, place: two processes where the backend can be shared, else one store twice. */
  readonly stores: readonly [Store, Store];
  /** Moves the clock that the store looks at. Absent where the backend has a clock of its own. */
  readonly advance?: (ms: number) => void;
  /** For how many more seconds the backend will keep this key. */
  readonly secondsLeft?: (key: string) => Promise<number>;
  /** Takes the place away. */
  dispose?(): Promise<void>;
}

/** What every store of cached answers promises. Call it inside a `describe`. */
export function testStore(create: () => StoreSubject | Promise<StoreSubject>): void {
  let subject: StoreSubject;
  let here: Store;
  let elsewhere: Store;
  let count = 0;
  const freshKey = (): string => `account/gateway/${++count}`;
  const keep = (key: string, value: Uint8Array<ArrayBuffer>, ttlSeconds = 300) => here.set(key, value, { ttlSeconds });

  beforeAll(async () => {
    subject = await create();
    [here, elsewhere] = subject.stores;
  });
  afterAll(async () => {
    for (const store of new Set([here, elsewhere])) await store?.close?.();
    await subject?.dispose?.();
  });

  describe('values', () => {
    test('what nobody kept is null', async () => {
      expect(await here.get(freshKey())).toBeNull();
    });

    test('every byte comes back, through either door', async () => {
      const key = freshKey();
      const value = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
      await keep(key, value);
      expect(await here.get(key)).toEqual(value);
      expect(await elsewhere.get(key)).toEqual(value);
    });

    test('no bytes at all are a value', async () => {
      const key = freshKey();
      await keep(key, new Uint8Array(0));
      expect(await here.get(key)).toEqual(new Uint8Array(0));
    });

    test('a part of a larger piece of memory is kept as the part', async () => {
      const key = freshKey();
      await keep(key, utf8('before|value|after').subarray(7, 12));
      expect(text(await here.get(key))).toBe('value');
    });

    test('changing the bytes that were given changes nothing that is kept', async () => {
      const key = freshKey();
      const given = utf8('value');
      await keep(key, given);
      given.fill(0);
      expect(text(await here.get(key))).toBe('value');
    });

    test('the latest value stands', async () => {
      const key = freshKey();
      await keep(key, utf8('first'));
      await keep(key, utf8('second, and longer'));
      expect(text(await elsewhere.get(key))).toBe('second, and longer');
      await keep(key, utf8('third'));
      expect(text(await elsewhere.get(key))).toBe('third');
    });

    test('what was deleted is gone, and deleting it again is no error', async () => {
      const key = freshKey();
      await keep(key, utf8('value'));
      await here.delete(key);
      await here.delete(key);
      expect(await here.get(key)).toBeNull();
      expect(await elsewhere.get(key)).toBeNull();
    });
  });

  describe('keys', () => {
    test.each([
      ['long', 'k'.repeat(2000)],
      ['with a question mark', 'a?b'],
      ['with a colon and dots', 'a:../../b'],
      ['with signs of other scripts', 'Grüße/世界/🌍'],
      ['with a line break and a nul', 'a\n\0b'],
    ])('may be %s, and stay apart from a shorter one', async (_, name) => {
      const key = `${freshKey()}/${name}`;
      await keep(key, utf8('value'));
      expect(text(await elsewhere.get(key))).toBe('value');
      expect(await here.get(key.slice(0, -1))).toBeNull();
      await here.delete(key);
      expect(await here.get(key)).toBeNull();
    });
  });

  describe('bounds', () => {
    test('the largest value is kept, and one byte more is not, nor what was there before', async () => {
      const key = freshKey();
      const { maxValueBytes } = here.traits;
      await keep(key, new Uint8Array(maxValueBytes).fill(1));
      expect((await here.get(key))?.byteLength).toBe(maxValueBytes);
      await keep(key, new Uint8Array(maxValueBytes + 1));
      expect(await here.get(key)).toBeNull();
    });

    test('a value is there for its time and no longer', async () => {
      const { advance, secondsLeft } = subject;
      const key = freshKey();
      const ttlSeconds = Math.max(90, here.traits.minTtlSeconds);
      await keep(key, utf8('value'), ttlSeconds);
      if (secondsLeft !== undefined) {
        const left = await secondsLeft(key);
        expect(left).toBeGreaterThan(ttlSeconds - 30);
        expect(left).toBeLessThanOrEqual(ttlSeconds);
      }
      if (advance !== undefined) {
        advance(ttlSeconds * 1000 - 1);
        expect(text(await elsewhere.get(key))).toBe('value');
        advance(1);
        expect(await here.get(key)).toBeNull();
        expect(await elsewhere.get(key)).toBeNull();
      }
      expect(advance ?? secondsLeft, 'the subject shows no time').toBeDefined();
    });

    test('a time below the shortest becomes that', async () => {
      const { minTtlSeconds } = here.traits;
      const key = freshKey();
      await keep(key, utf8('value'), minTtlSeconds / 2 || 1);
      expect(text(await here.get(key))).toBe('value');
    });
  });

  test('many writers of one key leave one of their values', async () => {
    const key = freshKey();
    const values = Array.from({ length: 20 }, (_, index) => `value ${index}`.repeat(1 + index * 100));
    await Promise.all(
      values.map((value, index) => subject.stores[index % 2 === 0 ? 0 : 1].set(key, utf8(value), { ttlSeconds: 300 })),
    );
    expect(values).toContain(text(await here.get(key)));
  });
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function utf8(value: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(value);
}

function text(value: Uint8Array | null): string | null {
  return value === null ? null : decoder.decode(value);
}
