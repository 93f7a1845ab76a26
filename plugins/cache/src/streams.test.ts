import type { ByteSource } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import {
  CHAT,
  chatEvents,
  completion,
  eventStream,
  json,
  pieces,
  repeats,
  seen,
  start,
  stuck,
} from './__fixtures__/start.ts';

const QUESTION = { body: { ...CHAT, stream: true, stream_options: { include_usage: true } } };
const EVENTS = chatEvents(['Hel', 'lo.']);

describe('a stream that was whole', () => {
  test('is replayed as the same bytes and is read as a stream', async () => {
    const gateway = start(() => eventStream(EVENTS));
    const first = await seen(gateway.ask(QUESTION));
    await gateway.settled();
    const second = await gateway.ask(QUESTION);
    expect(first).toEqual({ status: 'MISS', text: EVENTS });
    expect(second.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await seen(second)).toEqual({ status: 'HIT', text: EVENTS });
    await gateway.settled();
    expect(gateway.sent).toHaveLength(1);
    const outcome = gateway.outcomes.at(-1);
    expect(outcome).toMatchObject({ success: true, partial: false, attempts: [] });
    expect(outcome?.reply).toMatchObject({ source: 'cache', type: 'stream' });
    expect(outcome?.facts.usage).toMatchObject({ inputTokens: 5, outputTokens: 3 });
  });

  test('is kept before the client has seen its end', async () => {
    const { ask, sent } = start(() => eventStream(EVENTS));
    await (await ask(QUESTION)).text();
    expect((await seen(ask(QUESTION))).status).toBe('HIT');
    expect(sent).toHaveLength(1);
  });

  test('is kept when the client closes behind the last event, as SDKs do', async () => {
    const { ask, sent, settled } = start(() => eventStream(stuck(...EVENTS.split(/(?<=\n\n)/))));
    const reader = (await ask(QUESTION)).body?.getReader();
    for (let text = ''; !text.includes('[DONE]'); ) text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    await settled();
    expect(await seen(ask(QUESTION))).toEqual({ status: 'HIT', text: EVENTS });
    expect(sent).toHaveLength(1);
  });

  test('passes unchanged through taps of other plugins, and again when it is replayed', async () => {
    let taps = 0;
    const shout = {
      name: 'shout',
      stage: 'guard' as const,
      setup: () => ({
        stream: () => {
          taps++;
          return {
            rewrite: (frame: { data: string | undefined }, emit: (frame: { data: string | undefined }) => void) =>
              emit({ data: frame.data?.replace('Hel', 'HEL') }),
          };
        },
      }),
    };
    const { ask, settled } = start(() => eventStream(EVENTS), { plugins: [shout] });
    const first = await seen(ask(QUESTION));
    await settled();
    const second = await seen(ask(QUESTION));
    expect(first.text).toContain('HEL');
    expect(second).toEqual({ status: 'HIT', text: first.text });
    expect(taps).toBe(2);
  });
});

describe('a stream is not kept', () => {
  test.each<[string, () => string]>([
    ['that was cut', () => EVENTS.slice(0, 300)],
    ['that was cut behind its last word', () => EVENTS.slice(0, EVENTS.indexOf('"finish_reason":"stop"'))],
    [
      'that reports an error',
      () => `${EVENTS.slice(0, EVENTS.indexOf('data: [DONE]'))}data: {"error":{"message":"no"}}\n\n`,
    ],
    ['that begins with an error', () => 'data: {"error":{"message":"no"}}\n\n'],
    ['that nobody can read', () => `data: {"half\n\n${EVENTS}`],
    ['that was cut by its token limit', () => chatEvents(['Hel'], { finish: 'length' })],
    ['that calls a tool', () => chatEvents([], { finish: 'tool_calls' })],
    ['that was filtered', () => chatEvents(['Hel'], { finish: 'content_filter' })],
  ])('%s', async (_, events) => {
    expect(
      await repeats(
        start(() => eventStream(events())),
        QUESTION,
      ),
    ).toBe(false);
  });

  test('that broke off with its connection', async () => {
    const broken = () => {
      const source = pieces(EVENTS.slice(0, 300));
      return { ...source, read: async () => (await source.read()) ?? Promise.reject(new Error('reset')) };
    };
    expect(
      await repeats(
        start(() => eventStream(broken())),
        QUESTION,
      ),
    ).toBe(false);
  });

  test('that the client left, and the upstream is let go at once', async () => {
    const source = stuck(...EVENTS.split(/(?<=\n\n)/).slice(0, 3));
    const { ask, sent, settled } = start((_, count) => eventStream(count === 1 ? source : EVENTS));
    const reader = (await ask(QUESTION)).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await settled();
    expect(source.isCancelled).toBe(true);
    expect((await seen(ask(QUESTION))).status).toBe('MISS');
    expect(sent).toHaveLength(2);
  });

  test('that is larger than the store takes, but the client gets all of it', async () => {
    const long = chatEvents(Array.from({ length: 100 }, () => 'word '.repeat(20)));
    const gateway = start(() => eventStream(long));
    const { traits } = gateway.store;
    Object.assign(traits, { maxValueBytes: 10_000 });
    expect((await seen(gateway.ask(QUESTION))).text).toBe(long);
    expect(await repeats(gateway, QUESTION)).toBe(false);
  });

  test('when the recordings of all streams together have become too large, until one of them is over', async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = start((_, count) => eventStream(count === 1 ? held(EVENTS, gate.promise) : EVENTS), {
      maxRecordingBytes: EVENTS.length + 50,
    });
    const { ask, settled } = gateway;
    const first = (await ask(QUESTION)).text();
    const other = { body: { ...QUESTION.body, user: 'b' } };
    for (let count = 0; count < 2; count++) expect(await seen(ask(other))).toEqual({ status: 'MISS', text: EVENTS });
    gate.resolve();
    await first;
    await settled();
    expect((await seen(ask(QUESTION))).status).toBe('HIT');
    expect(await repeats(gateway, other)).toBe(true);
  });
});

/** The first event, and the others once the gate is open. */
function held(events: string, gate: Promise<void>): ByteSource {
  const source = pieces(...events.split(/(?<=\n\n)/));
  let reads = 0;
  return {
    ...source,
    read: async () => {
      if (reads++ > 0) await gate;
      return source.read();
    },
  };
}

describe('a stream in a language of one form', () => {
  const path = 'openai/completions';
  const body = { model: 'm', prompt: 'a', stream: true };
  const events = 'data: {"choices":[{"index":0,"text":"b","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

  test('serves streams', async () => {
    expect(
      await repeats(
        start(() => eventStream(events)),
        { path, body },
      ),
    ).toBe(true);
  });

  test('serves nothing else', async () => {
    const send = (_: unknown, count: number) =>
      count === 1 ? eventStream(events) : json({ choices: [{ text: 'b', finish_reason: 'stop' }] });
    expect(await repeats(start(send), { path, body }, { path, body: { ...body, stream: false } })).toBe(false);
  });
});

test('a whole answer to a call for a stream is kept as what it is', async () => {
  const { ask, settled, sent } = start(() => json(completion('whole')));
  const first = await ask(QUESTION);
  expect(first.headers.get('content-type')).toBe('application/json');
  await first.text();
  await settled();
  expect(await (await ask()).json()).toMatchObject({ choices: [{ message: { content: 'whole' } }] });
  expect(sent).toHaveLength(1);
});
