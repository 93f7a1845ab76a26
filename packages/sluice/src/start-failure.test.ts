import { expect, test } from 'vitest';
import { ConfigError } from './config/config-error.ts';
import { DatabaseUnusable, startFailure } from './start-failure.ts';

const config = { host: '127.0.0.1', port: 8787, dataDir: './data' };

test.each([
  ['listen EADDRINUSE: address already in use', 'Port 8787 is in use on 127.0.0.1. Set PORT'],
  ['listen EADDRNOTAVAIL: 9.9.9.9', 'Set HOST'],
  ['EINVAL: invalid argument, listen', 'Set HOST'],
  ['ENOENT: no such file or directory, listen', 'Set HOST'],
  ['getaddrinfo ENOTFOUND not.a.host', 'Set HOST'],
  ['listen EACCES: permission denied', 'Set PORT to one above 1023'],
  ["EEXIST: file already exists, mkdir './data'", '"./data" can\'t be used as a directory'],
  ['file is not a database', 'The database in "./data" is damaged'],
])('"%s" is told with the setting to change', (message, told) => {
  const failure = startFailure(new Error(message), config);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(String(failure)).toContain(told);
});

test('a database that is not there is told with its variable and the reason', () => {
  const cause = new DatabaseUnusable('as the test wants', { cause: new Error('connect ECONNREFUSED 127.0.0.1:5432') });
  const failure = String(startFailure(cause, config));
  expect(failure).toContain('SLUICE_DATABASE_URL');
  expect(failure).toContain('ECONNREFUSED');
});

test('the token of a start that failed later is not lost', () => {
  const failure = startFailure(new Error('listen EADDRINUSE'), config, 'sluice_test');
  expect(String(failure)).toContain('sluice_test');
});

test('a failure that nobody foresaw stays as it is', () => {
  const cause = new Error('as the test wants');
  expect(startFailure(cause, config)).toBe(cause);
});
