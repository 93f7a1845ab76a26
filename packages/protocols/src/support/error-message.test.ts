import { expect, test } from 'vitest';
import { errorMessage, replyErrorMessage } from './error-message.ts';

test.each([
  ['error.message', { error: { message: 'a' }, message: 'b' }],
  ['error', { error: 'a', message: 'b' }],
  ['a list of errors as strings', { error: ['a', 'b'] }],
  ['message', { message: 'a', detail: 'b' }],
  ['message.detail[].msg', { message: { detail: [{ msg: 'a' }] } }],
  ['detail', { detail: 'a', title: 'b' }],
  ['detail.message', { detail: { status: 'x', message: 'a' } }],
  ['detail[].msg', { detail: [{ loc: ['body'], msg: 'a', type: 'x' }] }],
  ['errors[0].message', { success: false, errors: [{ code: 1, message: 'a' }], messages: [] }],
  ['err_msg', { err_code: 'X', err_msg: 'a' }],
  ['title', { title: 'a', status: 400 }],
  ['error_msg', { error_msg: 'a' }],
  ['the first element', [{ error: { message: 'a' } }]],
  ['the body itself', 'a'],
  ['HTML without its markup', '<html><head><style>p{}</style></head><body><p class="x">a</p></body></html>'],
])('the message stands in %s', (_, body) => {
  expect(errorMessage(body)).toBe('a');
});

test.each([[null], [undefined], [1], [{}], [[]], [''], [{ error: {} }], [{ error: { message: 5 } }]])(
  '%j has none',
  (body) => {
    expect(errorMessage(body)).toBeNull();
  },
);

test('several findings of a validation are told together', () => {
  expect(errorMessage({ detail: [{ msg: 'a' }, { msg: 'b' }] })).toBe('a; b');
});

test('a long message is cut', () => {
  expect(errorMessage('x'.repeat(5000))).toHaveLength(2000);
});

test('an answer that says nothing gets a message with its status', () => {
  const empty = { status: 503, headers: {}, body: new Uint8Array(0), json: () => undefined };
  expect(replyErrorMessage(empty)).toBe('The provider answered 503 without a message.');
});
