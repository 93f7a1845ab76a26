import { expect, test } from 'vitest';
import { headerParameter, mediaType } from './content-type.ts';
import { asCount, firstCount, sumCounts } from './count.ts';

test.each([
  ['text/event-stream', 'text/event-stream'],
  ['Text/Event-Stream; charset=UTF-8', 'text/event-stream'],
  [' application/json ;a=b', 'application/json'],
  ['', ''],
])('%j is of type %s', (value, type) => {
  expect(mediaType(value)).toBe(type);
});

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['multipart/form-data; charset=x; Boundary="a;b\\"c"', 'a;b"c'],
  ['multipart/form-data; xboundary=abc', null],
])('the boundary of %j', (value, boundary) => {
  expect(headerParameter(value, 'boundary')).toBe(boundary);
});

test.each([[undefined], [null], [-1], [Number.NaN], [Number.POSITIVE_INFINITY], ['3'], [true]])(
  '%j is no count',
  (value) => {
    expect(asCount(value)).toBeNull();
  },
);

test('zero is a count, and unknown is not zero', () => {
  expect(asCount(0)).toBe(0);
  expect(firstCount(undefined, 0, 5)).toBe(0);
  expect(sumCounts(null, null)).toBeNull();
  expect(sumCounts(null, 2, 3)).toBe(5);
});
