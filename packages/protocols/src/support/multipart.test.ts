import { expect, test } from 'vitest';
import { multipartFields } from './multipart.ts';
import { encodeUtf8 } from './utf8.ts';

const TYPE = 'multipart/form-data; boundary="b 1"';

function form(...parts: readonly string[]): Uint8Array {
  return encodeUtf8(`preamble\r\n${parts.map((part) => `--b 1\r\n${part}\r\n`).join('')}--b 1--\r\n`);
}

function field(name: string, value: string, more = ''): string {
  return `Content-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}`;
}

test('a field is read wherever it stands, whatever its headers', () => {
  const odd = `content-type: text/plain\r\ncontent-disposition: form-data; name=model\r\n\r\nwhisper-x`;
  expect(multipartFields(form(field('a', '1'), odd, field('model2', 'no')), TYPE, ['model'])).toEqual({
    model: 'whisper-x',
  });
});

test('a file is no field, even when it has the name of one', () => {
  const file = field('model', 'bytes', '; filename="model.bin"');
  expect(multipartFields(form(file), TYPE, ['model'])).toEqual({});
  expect(multipartFields(form(file, field('model', 'm')), TYPE, ['model'])).toEqual({ model: 'm' });
});

test('a value keeps its line breaks and its letters', () => {
  expect(multipartFields(form(field('prompt', 'Grüße\r\n\r\n--b\r\n')), TYPE, ['prompt'])).toEqual({
    prompt: 'Grüße\r\n\r\n--b\r\n',
  });
});

test.each([
  ['another type', 'application/json; boundary="b 1"', form(field('model', 'm'))],
  ['no boundary', 'multipart/form-data', form(field('model', 'm'))],
  ['no parts', TYPE, encodeUtf8('--b 1--\r\n')],
  ['a part without headers', TYPE, encodeUtf8('--b 1\r\nmodel=m')],
  ['nothing', TYPE, new Uint8Array(0)],
])('%s has no fields', (_, type, body) => {
  expect(multipartFields(body, type, ['model'])).toEqual({});
});

test('no body that is cut off throws', () => {
  const whole = form(field('a', '1'), field('model', 'm'));
  for (let length = 0; length < whole.length; length++) {
    expect(() => multipartFields(whole.subarray(0, length), TYPE, ['model'])).not.toThrow();
  }
});
