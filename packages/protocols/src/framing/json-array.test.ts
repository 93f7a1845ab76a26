import { type Frame, MalformedStreamError } from '@sluice/core';
import { expect, test } from 'vitest';
import { jsonArray } from '../index.ts';
import { cutWith, framesOf, halves, thrownBy } from './__fixtures__/cut.ts';

const STREAM = '[{"a":"}]\\"\\\\"}\n,\r\n{"b":[{"c":"ü"},[]]}\n,{}\n]\n';

test('elements are cut at brackets outside of strings, and the brackets are in the frames', () => {
  expect(framesOf(jsonArray, STREAM)).toEqual([
    { data: '{"a":"}]\\"\\\\"}', wire: '[{"a":"}]\\"\\\\"}' },
    { data: '{"b":[{"c":"ü"},[]]}', wire: '\n,\r\n{"b":[{"c":"ü"},[]]}' },
    { data: '{}', wire: '\n,{}' },
    { data: undefined, wire: '\n]' },
  ]);
});

test('it makes no difference where the bytes are cut', () => {
  for (const pieces of halves(STREAM)) expect(cutWith(jsonArray, pieces)).toEqual(framesOf(jsonArray, STREAM));
});

test('an element that was cut off is handed over as it is', () => {
  expect(framesOf(jsonArray, '[{"a":1},{"b":').at(-1)?.data).toBe('{"b":');
});

test('what is written is one JSON array again', () => {
  const decoder = new TextDecoder();
  const write = (...parts: Uint8Array[]) => JSON.parse(parts.map((part) => decoder.decode(part)).join(''));
  const a = jsonArray.encode({ data: '{"a":1}' }, true);
  const b = jsonArray.encode({ data: '{"b":2}' }, false);
  expect(write(a, b, jsonArray.close(false))).toEqual([{ a: 1 }, { b: 2 }]);
  expect(write(a, jsonArray.encode({ data: undefined }, false))).toEqual([{ a: 1 }]);
  expect(write(jsonArray.close(true))).toEqual([]);
});

test('what is no array of objects is refused', () => {
  expect(() => framesOf(jsonArray, '<html>')).toThrow(MalformedStreamError);
  expect(() => framesOf(jsonArray, '[1,2]')).toThrow('0x31');
});

test('the elements before the damage were handed over, and lie in the window that the error carries', () => {
  const frames: Frame[] = [];
  const bytes = new TextEncoder().encode('[{"a":1},oops');
  const { window } = thrownBy(() => jsonArray.createDecoder().push(bytes, (frame) => frames.push(frame)));
  expect(new TextDecoder().decode(window?.subarray(0, frames.at(-1)?.end))).toBe('[{"a":1}');
});
