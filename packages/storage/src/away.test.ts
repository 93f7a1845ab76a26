import { expect, test } from 'vitest';
import { isDatabaseAway } from './index.ts';
import { PostgresFailure } from './postgres/failure.ts';

test.each([
  ['no connection', new PostgresFailure('PostgreSQL cannot be reached.', 'ECONNREFUSED'), true],
  ['no answer', new PostgresFailure('PostgreSQL cannot be reached.'), true],
  ['a shutdown', new PostgresFailure('PostgreSQL refused', '57P01'), true],
  ['what a repository wrapped', new Error('Failed query', { cause: new PostgresFailure('x', '08006') }), true],
  ['a locked file', new Error('database is locked'), true],
  ['a value that breaks a rule', new PostgresFailure('PostgreSQL refused', '23505'), false],
  ['a mistake of ours', new TypeError('undefined is not a function'), false],
  ['no error at all', 'away', false],
])('%s', (_, error, isAway) => {
  expect(isDatabaseAway(error)).toBe(isAway);
});
