import { describe, expect, test } from 'vitest';
import { readSteps } from './index.ts';

const CHAT = { provider: 'openai', endpoint: 'chat/completions' };

test('a step says whom to ask, where, and with what', () => {
  const [step] = readSteps([
    {
      ...CHAT,
      endpoint: 'v1/chat/completions?a=b',
      headers: { Authorization: 'Bearer sk-test-1', 'cf-aig-cache-ttl': '120' },
      query: { model: 'gpt-test' },
      config: { requestTimeout: 1500, maxAttempts: 3, retryDelay: 250, backoff: 'exponential' },
    },
  ]);
  expect(step).toEqual({
    provider: 'openai',
    path: 'v1/chat/completions',
    query: '?a=b',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test-1' },
    options: new Map([
      ['cache-ttl', '120'],
      ['request-timeout', '1500'],
      ['max-attempts', '3'],
      ['retry-delay', '250'],
      ['backoff', 'exponential'],
    ]),
    payload: { type: 'json', value: { model: 'gpt-test' } },
  });
});

test('one step may come without the array', () => {
  expect(readSteps({ ...CHAT, query: {} })).toEqual(readSteps([{ ...CHAT, query: {} }]));
});

test.each([
  ['/v1/messages', 'v1/messages', ''],
  ['//v1/messages#x', 'v1/messages', ''],
  [' v1/m odels/é?q=ü ', 'v1/m%20odels/%C3%A9', '?q=%C3%BC'],
  ['run/@cf/a/b%2Fc', 'run/@cf/a/b%2Fc', ''],
  ['v1?a=1?b', 'v1', '?a=1?b'],
  ['', '', ''],
])('the endpoint %j is the path %j and the query %j', (endpoint, path, query) => {
  expect(readSteps({ ...CHAT, endpoint })[0]).toMatchObject({ path, query });
});

describe('headers', () => {
  test('numbers and booleans become text, objects JSON, and null is no header', () => {
    const headers = { 'x-a': 1, 'x-b': true, 'x-c': { d: 1 }, 'x-e': null, 'cf-aig-metadata': { team: 'ü' } };
    const [step] = readSteps({ ...CHAT, headers });
    expect(step?.headers).toEqual({ 'x-a': '1', 'x-b': 'true', 'x-c': '{"d":1}' });
    expect(step?.options).toEqual(new Map([['metadata', '{"team":"ü"}']]));
  });

  test('what does not go upstream with a request of its own does not from a step', () => {
    const headers = {
      Connection: 'x-hop',
      'x-hop': '1',
      Host: 'a.test',
      'Content-Length': '3',
      'cf-ray': '1',
      'x-ok': '1',
    };
    expect(readSteps({ ...CHAT, headers })[0]?.headers).toEqual({ 'x-ok': '1' });
  });

  test('a gateway token in a step is neither sent nor taken', () => {
    const [step] = readSteps({ ...CHAT, headers: { 'CF-AIG-Authorization': 'Bearer token-test' } });
    expect(step?.headers).toEqual({});
    expect(step?.options.size).toBe(0);
  });

  test('the older field authorization is the header, where that is missing', () => {
    expect(readSteps({ ...CHAT, authorization: 'Bearer sk-test-1' })[0]?.headers.authorization).toBe(
      'Bearer sk-test-1',
    );
    const both = { ...CHAT, authorization: 'Bearer sk-test-1', headers: { Authorization: 'Bearer sk-test-2' } };
    expect(readSteps(both)[0]?.headers.authorization).toBe('Bearer sk-test-2');
  });

  test('config goes before a header of the same meaning', () => {
    const [step] = readSteps({ ...CHAT, headers: { 'cf-aig-max-attempts': '5' }, config: { maxAttempts: 2 } });
    expect(step?.options.get('max-attempts')).toBe('2');
  });

  test('the content type is JSON unless given, and nothing without a body', () => {
    const type = (step: object) => readSteps({ ...CHAT, ...step })[0]?.headers['content-type'];
    expect(type({ query: {} })).toBe('application/json');
    expect(type({ query: {}, headers: { 'Content-Type': 'text/plain' } })).toBe('text/plain');
    expect(type({})).toBeUndefined();
  });
});

test.each([
  ['an object', { a: 1 }, { type: 'json', value: { a: 1 } }],
  ['a list', [1], { type: 'json', value: [1] }],
  ['_raw', { _raw: 'a=b' }, { type: 'text', text: 'a=b' }],
  ['_raw beside others', { _raw: 'a', b: 1 }, { type: 'json', value: { _raw: 'a', b: 1 } }],
  ['_raw that is no text', { _raw: 1 }, { type: 'json', value: { _raw: 1 } }],
  ['null', null, null],
  ['nothing', undefined, null],
])('the body of a step with %s as its query', (_, query, payload) => {
  expect(readSteps({ ...CHAT, query })[0]?.payload).toEqual(payload);
});

test.each([
  ['what is not JSON', undefined, 'not JSON'],
  ['a text', 'steps', 'neither of them'],
  ['null', null, 'neither of them'],
  ['an empty array', [], 'the array is empty'],
  ['more than twenty steps', Array(21).fill(CHAT), 'send 20 at most'],
  ['a step that is a text', [CHAT, 'x'], 'steps[1] is not an object'],
  ['no provider', [{ endpoint: 'x' }], 'steps[0].provider is missing'],
  ['a provider that is a number', [{ ...CHAT, provider: 1 }], 'steps[0].provider is not a string'],
  ['no endpoint', [CHAT, { provider: 'openai' }], 'steps[1].endpoint is missing'],
  ['a field that nobody reads', [{ ...CHAT, headrs: {} }], 'steps[0] has no field "headrs". Did you mean headers?'],
  ['headers in a list', [{ ...CHAT, headers: [] }], 'steps[0].headers is not an object'],
  [
    'a line break in a header',
    [{ ...CHAT, headers: { 'x-a': 'a\r\nx-b: c' } }],
    'steps[0].headers has a value for "x-a"',
  ],
  [
    'an event id beyond Latin-1',
    [{ ...CHAT, headers: { 'cf-aig-event-id': '€' } }],
    'steps[0].headers has a value for',
  ],
  ['a header name with a space', [{ ...CHAT, headers: { 'x a': '1' } }], 'steps[0].headers holds a name'],
  ['a line break in authorization', [{ ...CHAT, authorization: 'a\nb' }], 'steps[0].authorization'],
  ['config that is a list', [{ ...CHAT, config: [] }], 'steps[0].config is not an object'],
  ['a setting nobody reads', [{ ...CHAT, config: { retries: 1 } }], 'steps[0].config has no "retries"'],
  ['a setting of everything', [{ ...CHAT, config: { toString: 1 } }], 'steps[0].config has no "toString"'],
  ['a delay that is no number', [{ ...CHAT, config: { retryDelay: 'soon' } }], 'steps[0].config.retryDelay must be'],
  ['a negative timeout', [{ ...CHAT, config: { requestTimeout: -1 } }], 'steps[0].config.requestTimeout must be'],
  ['another backoff', [{ ...CHAT, config: { backoff: 'fast' } }], 'steps[0].config.backoff must be'],
])('%s is refused, and the message says where and what', (_, body, message) => {
  expect(() => readSteps(body)).toThrow(message);
  expect(() => readSteps(body)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

test('no message repeats a value', () => {
  const secret = 'sk-test-secret\n';
  for (const step of [{ headers: { 'x-a': secret } }, { authorization: secret }, { config: { backoff: secret } }]) {
    expect(() => readSteps({ ...CHAT, ...step })).not.toThrow('sk-test');
  }
});
