import { expect, test } from 'vitest';
import { median, quantile } from './statistics.ts';

test('the median is the middle one, whatever the order', () => {
  expect(median([30, 10, 20])).toBe(20);
});

test('a quantile is a sample that the rest does not exceed', () => {
  const samples = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(quantile(samples, 0.99)).toBe(100);
  expect(quantile(samples, 0)).toBe(1);
});

test('nothing measured is not a number', () => {
  expect(median([])).toBeNaN();
});
