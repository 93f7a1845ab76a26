import { expect, test } from 'vitest';
import { Sketch } from './index.ts';

test('quantiles are within 1 % of the true ones', () => {
  const values = latencies(20_000);
  const sketch = sketchOf(values);
  const sorted = values.toSorted((a, b) => a - b);
  for (const q of [0.01, 0.5, 0.9, 0.95, 0.99, 1]) {
    const truth = sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
    expect(Math.abs((sketch.quantile(q) ?? 0) - truth)).toBeLessThanOrEqual(truth * 0.01 + 1e-9);
  }
});

test('sketches of parts add up to the sketch of the whole, also by their bytes', () => {
  const values = latencies(5_000);
  const whole = sketchOf(values);
  const sum = new Sketch();
  sum.addAll(sketchOf(values.slice(0, 700)));
  sum.addBytes(sketchOf(values.slice(700, 701)).toBytes());
  sum.addBytes(sketchOf([]).toBytes());
  sum.addBytes(sketchOf(values.slice(701)).toBytes());
  expect(sum.toBytes()).toEqual(whole.toBytes());
  expect([sum.count, sum.sum]).toEqual([5_000, values.reduce((a, b) => a + b)]);
});

test('a sketch comes back from its bytes', () => {
  const sketch = sketchOf([0, 0, 1, 250, 250.4, 86_400_000, 2 ** 53, 2 ** 60]);
  const back = Sketch.fromBytes(sketch.toBytes());
  expect(back.toBytes()).toEqual(sketch.toBytes());
  for (const q of [0, 0.3, 0.5, 1]) expect(back.quantile(q)).toBe(sketch.quantile(q));
});

test('a minute of usual calls takes a few hundred bytes at most', () => {
  expect(sketchOf(latencies(1_000)).toBytes().length).toBeLessThan(800);
  expect(sketchOf([1234]).toBytes().length).toBeLessThan(8);
});

test('what is no time counts as none taken', () => {
  const sketch = sketchOf([Number.NaN, -5, 0.4]);
  expect([sketch.quantile(1), sketch.sum, sketch.count]).toEqual([0, 0, 3]);
});

test('nothing has no quantile and no bytes', () => {
  expect(new Sketch().quantile(0.5)).toBeNull();
  expect(new Sketch().toBytes()).toHaveLength(0);
});

test('bytes that break off or are of another version are refused', () => {
  expect(() => Sketch.fromBytes(Uint8Array.of(9, 1, 1))).toThrow(/another version/);
  expect(() => Sketch.fromBytes(sketchOf([300]).toBytes().slice(0, -1))).toThrow(/breaks off/);
});

function sketchOf(values: readonly number[]): Sketch {
  const sketch = new Sketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

/** Milliseconds with a long tail, the same ones in each run. */
function latencies(count: number): number[] {
  let seed = 42;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.round(50 * Math.exp((seed / 2_147_483_648) * 7));
  });
}
