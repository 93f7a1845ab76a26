import { expect, test } from 'vitest';
import { matches } from './matches.ts';

test.each([
  ['openai/gpt-test', 'openai/gpt-test', true],
  ['openai/gpt-test', 'openai/gpt-test-mini', false],
  ['openai/*', 'openai/gpt-test', true],
  ['openai/*', 'openai/', true],
  ['openai/*', 'azure-openai/gpt-test', false],
  ['*/gpt-*-mini', 'openai/gpt-test-mini', true],
  ['*/gpt-*-mini', 'openai/gpt-mini', false],
  ['*', '', true],
  ['a*b*b', 'ab', false],
  ['a*b*b', 'abb', true],
  ['a*bc*c', 'abc', false],
  ['openai/gpt.test', 'openai/gpt-test', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});

test('a long name is no burden', () => {
  expect(matches('*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(1_000_000))).toBe(false);
});
