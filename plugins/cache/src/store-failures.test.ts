import type { Store } from '@sluice/core';
import { memoryStore } from '@sluice/storage/memory-store';
import { expect, test } from 'vitest';
import { answered, seen, start } from './__fixtures__/start.ts';

const TIMES = { readTimeoutMs: 10, writeTimeoutMs: 10 };

test.each<[string, Partial<Store>]>([
  ['throws', { get: fails, set: fails }],
  ['rejects', { get: async () => fails(), set: async () => fails() }],
  ['never answers', { get: hangs, set: hangs }],
  ['can be read but not written', { set: fails }],
  ['can be written but not read', { get: fails }],
  ['holds what nobody wrote', { get: () => new TextEncoder().encode('???? what is this') }],
  ['holds half of what was written', { get: () => new Uint8Array([0, 0]) }],
])('a store that %s makes misses and no failures', async (_, broken) => {
  const { ask, sent, settled, outcomes } = start(answered(), { store: { ...memoryStore(), ...broken }, ...TIMES });
  for (let count = 1; count <= 2; count++) {
    expect(await seen(ask())).toMatchObject({ status: 'MISS', text: expect.stringContaining(`answer ${count}`) });
    await settled();
    expect(sent).toHaveLength(count);
  }
  expect(outcomes.every(({ success }) => success)).toBe(true);
});

test('an outage is told once, and told again when there is another', async () => {
  let isDown = true;
  const memory = memoryStore();
  const store: Store = {
    ...memory,
    get: (key) => (isDown ? fails() : memory.get(key)),
    set: (key, value, options) => (isDown ? fails() : memory.set(key, value, options)),
  };
  const { ask, settled, problems, clock } = start(answered(), { store });
  const someCalls = async () => {
    for (let count = 0; count < 3; count++) {
      await ask();
      await settled();
      clock.advance(2);
    }
  };
  await someCalls();
  expect(problems).toHaveLength(1);
  expect(problems[0]).not.toContain('sk-test');
  isDown = false;
  await someCalls();
  expect((await seen(ask())).status).toBe('HIT');
  isDown = true;
  await someCalls();
  expect(problems).toHaveLength(2);
});

test('a store that failed is left alone for a second, so that not every call waits for it', async () => {
  let asked = 0;
  const store: Store = {
    ...memoryStore(),
    get: () => {
      asked++;
      return hangs();
    },
  };
  const { ask, clock } = start(answered(), { store, ...TIMES });
  for (let count = 0; count < 5; count++) await ask({ body: { count } });
  expect(asked).toBe(1);
  clock.advance(1);
  await ask();
  expect(asked).toBe(2);
});

function fails(): never {
  throw new Error('The store is away.');
}

function hangs(): Promise<never> {
  return new Promise(() => {});
}
