import { afterEach, expect, test, vi } from 'vitest';
import { FreshCache } from './fresh-cache.ts';

interface Value {
  readonly text: string;
}

afterEach(() => void vi.useRealTimers());

function world(capacity = 10) {
  const clock = { time: 0 };
  const source = { text: 'old' as string | undefined, reads: 0, broken: false };
  const times = { freshMs: 1000, graceMs: 1000, missMs: 500, patienceMs: 500 };
  const cache = new FreshCache<Value>({ ...times, capacity, now: () => clock.time });
  const load = async (): Promise<Value | undefined> => {
    source.reads++;
    if (source.broken) throw new Error('The source is away.');
    return source.text === undefined ? undefined : { text: source.text };
  };
  return { clock, source, cache, load, read: (key = 'key') => cache.get(key, load) };
}

test('a fresh answer is a plain value and costs no read', async () => {
  const { source, read } = world();
  await read();
  expect(read()).toEqual({ text: 'old' });
  expect(source.reads).toBe(1);
});

test('when an answer ages, one caller asks again and the others go on with the old one', async () => {
  const { clock, source, read } = world();
  await read();
  source.text = 'new';
  clock.time = 1000;
  const asking = read();
  expect(read()).toEqual({ text: 'old' });
  expect(await asking).toEqual({ text: 'new' });
  expect(read()).toEqual({ text: 'new' });
  expect(source.reads).toBe(2);
});

test('a read that never comes back does not keep the old answer for ever', async () => {
  const { clock, cache, read } = world();
  await read();
  clock.time = 1000;
  void cache.get('key', () => new Promise(() => {}));
  clock.time = 1999;
  expect(read()).toEqual({ text: 'old' });
  clock.time = 2000;
  expect(read()).toBeInstanceOf(Promise);
});

test('whoever could have the old answer waits for a slow source no longer than that, and the new one is kept when it comes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { clock, cache, read } = world();
  await read();
  clock.time = 1000;
  const slow = Promise.withResolvers<Value>();
  const asking = cache.get('key', () => slow.promise);
  await vi.advanceTimersByTimeAsync(500);
  expect(await asking).toEqual({ text: 'old' });
  slow.resolve({ text: 'new' });
  await slow.promise;
  expect(read()).toEqual({ text: 'new' });
});

test('nothing is remembered as nothing only briefly', async () => {
  const { clock, source, read } = world();
  source.text = undefined;
  expect(await read()).toBeUndefined();
  source.text = 'new';
  clock.time = 499;
  expect(read()).toBeUndefined();
  clock.time = 500;
  expect(await read()).toEqual({ text: 'new' });
});

test('while the source is away the last answer stays, and what was never known fails', async () => {
  const { clock, source, read } = world();
  await read();
  source.broken = true;
  clock.time = 60_000;
  expect(await read()).toEqual({ text: 'old' });
  await expect(read('unknown')).rejects.toThrow('away');
});

test('a read that was under way during a change does not bring the old state back', async () => {
  const { source, cache, read } = world();
  source.text = undefined;
  const slow = read();
  source.text = 'new';
  cache.forget('key');
  await slow;
  expect(await read()).toEqual({ text: 'new' });
});

test('the oldest answers give way when there are too many', async () => {
  const { source, read } = world(2);
  for (const key of ['a', 'b', 'c']) await read(key);
  expect(read('b')).toEqual({ text: 'old' });
  expect(source.reads).toBe(3);
  expect(read('a')).toBeInstanceOf(Promise);
});
