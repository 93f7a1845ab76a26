import { expect, test } from 'vitest';
import { ndjson } from '../index.ts';
import { cutWith, framesOf, halves } from './__fixtures__/cut.ts';

const STREAM = '{"a":"ü"}\n\n{"b":"\\u2028\u2028"}\r\n{"c":3}';

test('lines end at LF alone, and the last one may lack it', () => {
  expect(framesOf(ndjson, STREAM)).toEqual([
    { data: '{"a":"ü"}', wire: '{"a":"ü"}\n' },
    { data: undefined, wire: '\n' },
    { data: '{"b":"\\u2028\u2028"}', wire: '{"b":"\\u2028\u2028"}\r\n' },
    { data: '{"c":3}', wire: '{"c":3}' },
  ]);
});

test('it makes no difference where the bytes are cut', () => {
  for (const pieces of halves(STREAM)) expect(cutWith(ndjson, pieces)).toEqual(framesOf(ndjson, STREAM));
});

test('a frame is written as one line', () => {
  expect(framesOf(ndjson, ndjson.encode({ data: '{\n"a":1}' }, true))).toMatchObject([{ data: '{ "a":1}' }]);
});
