import type { Plugin } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { answered, CHAT, completion, json, type Question, repeats, start } from './__fixtures__/start.ts';
import { cutMembers } from './forms/cut-members.ts';

/** A body in which every kind of value stands somewhere. */
const BODY = {
  model: 'gpt-x',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hello?' },
        { type: 'image_url', image_url: { url: 'data:,a' } },
      ],
    },
  ],
  temperature: 0.5,
  seed: 1,
  n: 1,
  user: 'somebody',
  response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: {} } },
  logit_bias: { 50256: -100 },
  metadata: { purpose: 'stream' },
  stop: null,
};

describe('any change of the body asks something else', () => {
  const changes = changesOf(BODY);

  test('all values are changed', () => {
    expect(changes.length).toBeGreaterThan(40);
  });

  test.each(changes.map((change) => [change.what, change.body] as const))('%s', async (_, body) => {
    expect(await repeats(start(), { body: BODY }, { body })).toBe(false);
  });

  test.each([
    [
      'a large number that JavaScript rounds',
      '{"model":"m","messages":[],"seed":9007199254740993',
      '{"model":"m","messages":[],"seed":9007199254740992',
    ],
    ['a doubled member', '{"model":"m","messages":[],"seed":1,"seed":2', '{"model":"m","messages":[],"seed":2'],
    ['a space', '{"model":"m","messages":[]', '{"model":"m", "messages":[]'],
  ])('%s, with a stream or without', async (_, first, second) => {
    for (const end of ['}', ',"stream":false}']) {
      expect(await repeats(start(), { body: first + end }, { body: second + end })).toBe(false);
      expect(await repeats(start(), { body: first + end })).toBe(true);
    }
  });

  test.each([{ stream: 'yes' }, { stream: 1 }, { stream: {} }, { stream_options: { include_usage: true } }])(
    '%j, which the vendor has to refuse',
    async (change) => {
      expect(await repeats(start(), {}, { body: { ...CHAT, ...change } })).toBe(false);
    },
  );
});

describe('any other way to the answer asks something else', () => {
  test.each<[string, Question]>([
    ['account', { account: 'other' }],
    ['gateway', { gateway: 'other' }],
    ['provider', { path: 'groq/chat/completions' }],
    ['path', { path: 'openai/v1/chat/completions/' }],
    ['query', { path: 'openai/chat/completions?version=2' }],
    ['credential', { key: 'Bearer sk-test-2' }],
    ['scheme of the credential', { key: 'sk-test-1' }],
    ['credential in the query', { path: 'openai/chat/completions?key=sk-test-1' }],
    ['stored credential', { headers: { 'cf-aig-byok-alias': 'team-b' } }],
    ['content type', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
    ['organization', { headers: { 'openai-organization': 'org-1' } }],
    ['project', { headers: { 'openai-project': 'proj-1' } }],
    ['beta', { headers: { 'openai-beta': 'assistants=v2' } }],
    ['accepted type', { headers: { accept: 'application/xml' } }],
    ['language', { headers: { 'accept-language': 'de' } }],
    ['header nobody knows', { headers: { 'x-unknown': '1' } }],
  ])('another %s', async (_, change) => {
    expect(await repeats(start(), {}, change)).toBe(false);
    expect(await repeats(start(), change)).toBe(true);
  });

  test.each(['anthropic-version', 'anthropic-beta', 'x-api-key'])('another %s of Anthropic', async (name) => {
    const message = {
      type: 'message',
      model: 'm',
      content: [],
      stop_reason: 'end_turn',
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    const question = { path: 'anthropic/v1/messages', key: undefined };
    const send = () => json(message);
    expect(await repeats(start(send), question, { ...question, headers: { [name]: 'sk-test-2' } })).toBe(false);
    expect(await repeats(start(send), { ...question, headers: { [name]: 'sk-test-2' } })).toBe(true);
  });

  test.each(['x-goog-api-key', 'x-goog-user-project'])('another %s of Google', async (name) => {
    const answer = { candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }], usageMetadata: {} };
    const question = { path: 'google-ai-studio/v1beta/models/gemini-x:generateContent', key: undefined };
    const send = () => json(answer);
    expect(await repeats(start(send), question, { ...question, headers: { [name]: 'test-2' } })).toBe(false);
    expect(await repeats(start(send), { ...question, headers: { [name]: 'test-2' } })).toBe(true);
  });

  test('an answer given behind a closed door is not served when the gateway is opened', async () => {
    const settings = { authentication: true };
    const gateway = start(answered(), { settings });
    expect(await repeats(gateway, { key: undefined })).toBe(true);
    settings.authentication = false;
    expect(await repeats(gateway, { key: undefined, body: { other: 1 } }, { key: undefined })).toBe(false);
  });

  test.each([
    ['computed', {}],
    ['custom', { 'cf-aig-cache-key': 'mine' }],
  ])('another revision of the provider, under a %s key', async (_, headers) => {
    let revision = '1';
    const revised: Plugin = {
      name: 'revised',
      stage: 'step',
      setup: () => ({ handle: (call, next) => next({ provider: { ...call.provider, revision } }) }),
    };
    const gateway = start(answered(), { plugins: [revised] });
    expect(await repeats(gateway, { headers })).toBe(true);
    revision = '2';
    expect((await gateway.ask({ headers })).headers.get('cf-aig-cache-status')).toBe('MISS');
  });

  test('names that look alike when joined stay apart', async () => {
    expect(await repeats(start(), { account: 'a', gateway: 'bc' }, { account: 'ab', gateway: 'c' })).toBe(false);
    expect(await repeats(start(), { headers: { 'x-a': '1x-b2' } }, { headers: { 'x-a': '1', 'x-b': '2' } })).toBe(
      false,
    );
  });
});

describe('what no answer depends on asks the same', () => {
  test.each<[string, Question]>([
    ['user agent', { headers: { 'user-agent': 'other' } }],
    ['retry count of an SDK', { headers: { 'x-stainless-retry-count': '1' } }],
    ['trace', { headers: { traceparent: '00-1-1-01', tracestate: 'a=b', baggage: 'c=d' } }],
    ['request id', { headers: { 'x-request-id': '2' } }],
    ['idempotency key', { headers: { 'idempotency-key': '2' } }],
    ['custom metadata', { headers: { 'cf-aig-metadata': '{"team":"b"}' } }],
    ['event id', { headers: { 'cf-aig-event-id': 'b' } }],
    ['gateway token', { headers: { 'cf-aig-authorization': 'Bearer test-token-b' } }],
    ['accepted form', { headers: { accept: 'text/event-stream' } }],
  ])('another %s', async (_, change) => {
    expect(await repeats(start(), {}, change)).toBe(true);
  });

  test('and the form of the answer is no part of it', async () => {
    expect(await repeats(start(), {}, { body: { ...CHAT, stream: false } })).toBe(true);
  });
});

test('the digest shows no credential', async () => {
  const { ask, sent } = start(answered());
  const entry = (await ask()).headers.get('cf-aig-cache-entry');
  expect(entry).toMatch(/^[0-9a-f]{64}$/);
  expect(sent).toHaveLength(1);
});

test('the same words in two languages are two questions', async () => {
  const path = 'openai/completions';
  const body = { ...CHAT, prompt: 'a' };
  expect(
    await repeats(
      start(() => json(completion('a'))),
      { body },
      { body, path },
    ),
  ).toBe(false);
});

describe('cutting members out of a body', () => {
  const cut = (body: string): string | undefined => {
    const pieces = cutMembers(new TextEncoder().encode(body), ['stream', 'stream_options']);
    return pieces?.map((piece) => new TextDecoder().decode(piece)).join('');
  };

  test.each([
    ['in front', '{"stream":true,"a":1}', '{"a":1}'],
    ['in the middle', '{"a":1,"stream":true,"b":2}', '{"a":1,"b":2}'],
    ['at the end', '{"a":1,"stream":true}', '{"a":1}'],
    ['alone', '{"stream":true}', '{}'],
    ['with spaces', '{ "a": 1, "stream": true }', '{ "a": 1 }'],
    ['with line breaks', '{\n  "stream": true,\n  "a": 1\n}', '{\n  "a": 1\n}'],
    [
      'two side by side',
      '{"a":1,"stream":true,"stream_options":{"include_usage":true},"b":[1,2]}',
      '{"a":1,"b":[1,2]}',
    ],
    ['two at the end', '{"a":1,"stream":true,"stream_options":{"x":"}"}}', '{"a":1}'],
    ['two far apart', '{"stream_options":{},"a":"x","stream":true}', '{"a":"x"}'],
    ['not where it is deeper', '{"a":{"stream":true},"stream":true}', '{"a":{"stream":true}}'],
    [
      'not where it is a value',
      String.raw`{"a":"\"stream\":true,","stream":true,"b":"stream"}`,
      String.raw`{"a":"\"stream\":true,","b":"stream"}`,
    ],
    ['behind a text that ends in a backslash', String.raw`{"a":"\\","stream":true}`, String.raw`{"a":"\\"}`],
    ['beside other scripts', '{"a":"Grüße, 世界 🌍","stream":true}', '{"a":"Grüße, 世界 🌍"}'],
  ])('%s', (_, body, expected) => {
    expect(cut(body)).toBe(expected);
  });

  test.each(['{}', '{"a":{"stream":true}}', String.raw`{"\u0073tream":true}`])('%s has none', (body) => {
    expect(cut(body)).toBeUndefined();
  });
});

interface Change {
  readonly what: string;
  readonly body: unknown;
}

/** Every value changed, every member taken away, and one added wherever there is room. */
function changesOf(value: unknown, path = 'body'): readonly Change[] {
  if (Array.isArray(value)) {
    return [
      { what: `${path} is longer`, body: [...value, 'more'] },
      { what: `${path} is shorter`, body: value.slice(1) },
      ...value.flatMap((item, index) =>
        changesOf(item, `${path}[${index}]`).map(({ what, body }) => ({ what, body: value.with(index, body) })),
      ),
    ];
  }
  if (typeof value !== 'object' || value === null) return [{ what: `${path} is another`, body: other(value) }];
  const members = Object.entries(value);
  return [
    { what: `${path} has one more`, body: { ...value, more: true } },
    ...members.map(([name]) => ({
      what: `${path}.${name} is gone`,
      body: Object.fromEntries(members.filter(([key]) => key !== name)),
    })),
    ...members.flatMap(([name, member]) =>
      changesOf(member, `${path}.${name}`).map(({ what, body }) => ({ what, body: { ...value, [name]: body } })),
    ),
  ];
}

function other(value: unknown): unknown {
  if (typeof value === 'string') return `${value}.`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : 'null';
}
