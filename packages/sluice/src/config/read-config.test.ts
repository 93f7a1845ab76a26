import { expect, test } from 'vitest';
import { type ConfigSources, readConfig } from '../index.ts';

test('with nothing set it listens on this machine only, on port 8787, with its data in ./.sluice', () => {
  expect(read({})).toMatchObject({
    host: '127.0.0.1',
    port: 8787,
    dataDir: './.sluice',
    account: 'default',
    adminToken: undefined,
    baseUrls: {},
    limits: {},
    logging: {},
    prices: {},
    compat: 'better',
  });
});

test('an empty variable counts as unset', () => {
  expect(read({ HOST: '', PORT: ' ', SLUICE_CONFIG: '', SLUICE_PROVIDER_OPENAI_BASE_URL: '' })).toEqual(read({}));
});

test('a platform can have another default host, which HOST still beats', () => {
  expect(readConfig({ env: () => undefined, defaultHost: '0.0.0.0' }).host).toBe('0.0.0.0');
  expect(read({ HOST: '::1' }, { defaultHost: '0.0.0.0' }).host).toBe('::1');
});

test('the variables of the environment are read', () => {
  const env = {
    HOST: '0.0.0.0',
    PORT: '0',
    SLUICE_DATA_DIR: '/data',
    SLUICE_ACCOUNT_ID: 'acme',
    SLUICE_ADMIN_TOKEN: 'token-test-0123456789',
  };
  expect(read(env)).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    dataDir: '/data',
    account: 'acme',
    adminToken: 'token-test-0123456789',
  });
});

test.each([
  [{ PORT: '80a' }, 'PORT must be a port number from 0 to 65535 (0 takes any free one), not "80a".'],
  [{ PORT: '65536' }, 'not "65536"'],
  [{ PORT: '-1' }, 'not "-1"'],
  [{ HOST: 'http://x' }, 'HOST must be an address or host name'],
  [{ SLUICE_ACCOUNT_ID: 'a/b' }, 'SLUICE_ACCOUNT_ID must be 1 to 64 letters'],
])('%o is refused with a sentence', (env, sentence) => {
  expect(() => read(env)).toThrow(sentence);
});

test('a bad token is refused without being repeated', () => {
  const problem = failure({ SLUICE_ADMIN_TOKEN: 'short secret' });
  expect(problem).toContain('16 to 512');
  expect(problem).not.toContain('short secret');
});

test('all problems are told at once', () => {
  const problem = failure({ PORT: 'x', HOST: 'a b' });
  expect(problem).toContain('PORT');
  expect(problem).toContain('HOST');
});

test('every provider can be moved by a variable, the operator’s own included', () => {
  const { providers } = read({ SLUICE_CONFIG: '{"customProviders":{"my-llm":{"baseUrl":"http://127.0.0.1:1"}}}' });
  for (const { id } of providers) {
    const variable = `SLUICE_PROVIDER_${id.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
    const config = read({
      SLUICE_CONFIG: '{"customProviders":{"my-llm":{"baseUrl":"http://127.0.0.1:1"}}}',
      [variable]: 'http://127.0.0.1:9/base/',
    });
    expect(config.baseUrls[id]).toBe('http://127.0.0.1:9/base');
  }
  expect(providers.map(({ id }) => id)).toContain('custom-my-llm');
});

test('the file moves a provider, and the environment beats the file', () => {
  const SLUICE_CONFIG = '{"providers":{"openai":{"baseUrl":"http://127.0.0.1:1"}}}';
  expect(read({ SLUICE_CONFIG }).baseUrls).toEqual({ openai: 'http://127.0.0.1:1' });
  const both = read({ SLUICE_CONFIG, SLUICE_PROVIDER_OPENAI_BASE_URL: 'http://127.0.0.1:2' });
  expect(both.baseUrls).toEqual({ openai: 'http://127.0.0.1:2' });
});

test('an alias moves with the provider that it stands for, unless it has an address of its own', () => {
  const moved = { SLUICE_PROVIDER_GROK_BASE_URL: 'http://127.0.0.1:1' };
  expect(read(moved).baseUrls).toEqual({ grok: 'http://127.0.0.1:1', xai: 'http://127.0.0.1:1' });
  const apart = { ...moved, SLUICE_PROVIDER_XAI_BASE_URL: 'http://127.0.0.1:2' };
  expect(read(apart).baseUrls).toEqual({ grok: 'http://127.0.0.1:1', xai: 'http://127.0.0.1:2' });
});

test('a bad base URL names its setting', () => {
  expect(failure({ SLUICE_PROVIDER_OPENAI_BASE_URL: 'localhost:11434' })).toContain('SLUICE_PROVIDER_OPENAI_BASE_URL');
  const file = '{"providers":{"openai":{"baseUrl":"ftp://x"}},"customProviders":{"mine":{"baseUrl":"x"}}}';
  const problem = failure({ SLUICE_CONFIG: file });
  expect(problem).toContain('providers.openai');
  expect(problem).toContain('customProviders.mine');
});

test('credentials in a base URL are refused without being repeated', () => {
  const problem = failure({ SLUICE_PROVIDER_OPENAI_BASE_URL: 'http://user:sk-test-secret@127.0.0.1' });
  expect(problem).toContain('user name or password');
  expect(problem).not.toContain('sk-test-secret');
});

test('a provider nobody knows is refused, with what could be meant', () => {
  const problem = failure({ SLUICE_CONFIG: '{"providers":{"opena":{"baseUrl":"http://127.0.0.1:1"}}}' });
  expect(problem).toContain('providers.opena is no provider. Did you mean openai');
  expect(failure({ SLUICE_CONFIG: '{"providers":{"zzzzzz":{"baseUrl":"http://127.0.0.1:1"}}}' })).toContain(
    'Known are:',
  );
});

test('limits, logging, prices and compat come from the file', () => {
  const limits = { maxRequestBytes: 1, maxBufferedReplyBytes: 2, firstByteTimeoutMs: 3, idleTimeoutMs: 4 };
  const logging = {
    flushIntervalMs: 0,
    maxBatch: 1,
    maxQueueBytes: 2,
    maxBodyBytes: 0,
    captureBytes: 3,
    spoolBytes: 0,
  };
  const file = {
    limits: { ...limits, maxMetadataEntries: 9 },
    logging,
    prices: { 'openai/*': { input: 1, units: { seconds: 0.1 } } },
    compat: 'strict',
  };
  expect(read({ SLUICE_CONFIG: JSON.stringify(file) })).toMatchObject({
    limits,
    maxMetadataEntries: 9,
    logging,
    prices: file.prices,
    compat: 'strict',
  });
});

test.each([
  ['{"limit":{}}', 'SLUICE_CONFIG: limit is no setting. Did you mean limits?'],
  [
    '{"limits":{"maxRequestByte":1}}',
    'SLUICE_CONFIG: limits.maxRequestByte is no setting. Did you mean maxRequestBytes?',
  ],
  ['{"limits":{"idleTimeoutMs":"5s"}}', 'SLUICE_CONFIG: limits.idleTimeoutMs must be a whole number of milliseconds'],
  ['{"limits":{"idleTimeoutMs":"5s"}}', 'not "5s"'],
  ['{"limits":{"idleTimeoutMs":0}}', 'not 0'],
  ['{"limits":{"idleTimeoutMs":3000000000}}', 'from 1 to 2147483647'],
  ['{"logging":{"maxBatch":1.5}}', 'logging.maxBatch must be a whole number, at least 1, not 1.5.'],
  ['{"logging":{"sink":1}}', 'logging.sink is no setting.'],
  ['{"prices":{"openai/gpt":{"input":"1"}}}', 'prices.openai/gpt.input must be a number of US dollars, not "1".'],
  ['{"prices":{"openai/gpt":{"output":-1}}}', 'prices.openai/gpt.output must not be below zero, not -1.'],
  ['{"prices":{"openai/gpt":{"inputs":1}}}', 'prices.openai/gpt.inputs is no setting. Did you mean input'],
  ['{"prices":{"gpt-4o":{"input":1}}}', 'prices.gpt-4o names no model. Write "{provider}/{model}"'],
  ['{"prices":{"opena/gpt":{"input":1}}}', 'a provider that does not exist. Did you mean openai'],
  ['{"compat":"exact"}', 'SLUICE_CONFIG: compat must be "better" or "strict", not "exact".'],
  ['{"providers":{"openai":{}}}', 'providers.openai.baseUrl must be text, and is missing.'],
  ['{"providers":{"openai":{"url":"x"}}}', 'providers.openai.url is no setting.'],
  ['{"customProviders":{"A b":{"baseUrl":"http://127.0.0.1:1"}}}', 'customProviders.A b'],
  ['{nonsense', 'SLUICE_CONFIG is not valid JSON'],
])('the file %s is refused: %s', (file, sentence) => {
  expect(() => read({ SLUICE_CONFIG: file })).toThrow(sentence);
});

test('a value that may be a credential is not repeated', () => {
  const file = '{"customProviders":{"mine":{"baseUrl":"http://127.0.0.1","headers":["sk-test-secret"]}}}';
  expect(failure({ SLUICE_CONFIG: file })).not.toContain('sk-test-secret');
  expect(failure({ SLUICE_CONFIG: '{"customProviders":{"mine":{"headers":{"x":"sk-test-secret"' })).not.toContain(
    'sk-test',
  );
});

test('a path is read by the app', () => {
  const readFile = (path: string) => (path === './sluice.json' ? '{"compat":"strict"}' : '[]');
  expect(read({ SLUICE_CONFIG: './sluice.json' }, { readFile }).compat).toBe('strict');
  expect(() => read({ SLUICE_CONFIG: 'other' }, { readFile })).toThrow('must hold an object');
});

test('a file that can’t be read says so', () => {
  const readFile = () => {
    throw new Error('no such file');
  };
  expect(() => read({ SLUICE_CONFIG: 'x.json' }, { readFile })).toThrow('"x.json" can\'t be read (no such file)');
  expect(() => read({ SLUICE_CONFIG: 'x.json' })).toThrow('There are no files here');
});

test('where variables can be listed, a misspelt one is refused', () => {
  const names = ['PATH', 'SLUICE_DATA_DIR', 'SLUICE_PROVIDER_OPENAI_BASE_URL', 'SLUICE_PROVIDER_OPENAPI_BASE_URL'];
  expect(() => read({}, { names })).toThrow('SLUICE_PROVIDER_OPENAPI_BASE_URL is no setting. Did you mean');
  expect(() => read({}, { names: ['SLUICE_ZZZZZZZZZZ'] })).toThrow('SLUICE_CONFIG, SLUICE_PROVIDER_<SLUG>_BASE_URL.');
  expect(() => read({}, { names: names.slice(0, 3) })).not.toThrow();
});

function read(env: Readonly<Record<string, string>>, sources: Partial<ConfigSources> = {}) {
  return readConfig({ env: (name) => env[name], ...sources });
}

function failure(env: Readonly<Record<string, string>>): string {
  try {
    read(env);
  } catch (thrown) {
    return String(thrown);
  }
  throw new Error('The configuration was taken.');
}

test('where clients reach the server is taken without its last slash', () => {
  expect(read({}).publicUrl).toBeUndefined();
  expect(read({ SLUICE_PUBLIC_URL: ' https://ai.example.com/gateway/ ' }).publicUrl).toBe(
    'https://ai.example.com/gateway',
  );
  for (const SLUICE_PUBLIC_URL of [
    'ai.example.com',
    'ftp://ai.example.com',
    'https://a:b@c',
    'https://a?b',
    'https://',
  ]) {
    expect(() => read({ SLUICE_PUBLIC_URL })).toThrow('SLUICE_PUBLIC_URL must be an http(s) URL');
  }
});

test('addresses inside private networks are for the operator to allow', () => {
  expect(read({}).security).toEqual({});
  const SLUICE_CONFIG = '{"security":{"allowPrivateProviders":true}}';
  expect(read({ SLUICE_CONFIG }).security).toEqual({ allowPrivateProviders: true });
  expect(() => read({ SLUICE_CONFIG: '{"security":{"allowPrivateProviders":"yes"}}' })).toThrow(
    'security.allowPrivateProviders must be true or false',
  );
  expect(() => read({ SLUICE_CONFIG: '{"security":{"allowPrivate":true}}' })).toThrow(
    'Did you mean allowPrivateProviders',
  );
});
