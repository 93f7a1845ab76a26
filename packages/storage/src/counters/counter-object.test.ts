import type { CounterDemand, CounterVerdict } from '@sluice/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CounterObject, durableObjectCounters } from './durable-object.ts';

const T0 = 1_700_000_040_000;
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: T0 }));
afterEach(() => void vi.useRealTimers());

test('an object that was put to sleep counts on where it was', async () => {
  const world = new World();
  expect(await world.used('scope|a')).toBe(1);
  world.sleep();
  expect(await world.used('scope|a')).toBe(2);
});

test('the alarm takes away what has expired, keeps the rest, and comes again for it', async () => {
  const world = new World();
  await world.used('scope|short', MINUTE);
  await world.used('scope|long', 60 * MINUTE);
  expect(world.alarmAt).toBe(T0 + MINUTE);
  await world.ring(T0 + 3 * MINUTE);
  expect([...world.stored.keys()]).toEqual([`w${60 * MINUTE}:scope|long`]);
  await world.ring(world.alarmAt ?? 0);
  expect(world.stored.size).toBe(0);
  expect(world.alarmAt).toBeNull();
});

test('each scope has an object of its own, and one decision belongs to one', async () => {
  const world = new World();
  await world.used('one|a');
  await world.used('two|a');
  expect(world.names).toEqual(['one', 'two']);
  const demands = ['one|a', 'two|a'].map((key) => demandOf(key, MINUTE));
  await expect(world.counters.take(demands, { now: T0, lease: '' })).rejects.toThrow('share a scope');
});

class World {
  readonly stored = new Map<string, unknown>();
  readonly names: string[] = [];
  alarmAt: number | null = null;
  #object = this.#awake();
  readonly counters = durableObjectCounters<string>({
    idFromName: (name) => {
      this.names.push(name);
      return name;
    },
    get: () => ({ fetch: (url, init) => this.#object.fetch(new Request(url, init)) }),
  });

  sleep(): void {
    this.#object = this.#awake();
  }

  async ring(now: number): Promise<void> {
    vi.setSystemTime(now);
    this.alarmAt = null;
    await this.#object.alarm();
  }

  async used(key: string, windowMs: number = MINUTE): Promise<number | undefined> {
    const verdict: CounterVerdict = await this.counters.take([demandOf(key, windowMs)], { now: Date.now(), lease: '' });
    return verdict.standings[0]?.used;
  }

  #awake(): CounterObject {
    const { stored } = this;
    return new CounterObject({
      storage: {
        get: async <T>(keys: string[]) => {
          const found = keys.flatMap((key) => (stored.has(key) ? [[key, stored.get(key) as T] as const] : []));
          return new Map(found);
        },
        put: async (entries) => {
          for (const [key, value] of Object.entries(entries)) stored.set(key, structuredClone(value));
        },
        delete: async (keys) => keys.filter((key) => stored.delete(key)).length,
        list: async <T>() => new Map([...stored].map(([key, value]) => [key, value as T])),
        getAlarm: async () => this.alarmAt,
        setAlarm: async (at) => {
          this.alarmAt = at;
        },
      },
    });
  }
}

function demandOf(key: string, windowMs: number): CounterDemand {
  return { key, limit: 10, windowMs, technique: 'fixed', amount: 1 };
}
