import type { UpstreamReply } from '@sluice/core';
import { describe, expect, test, vi } from 'vitest';
import {
  CHAT,
  chatEvents,
  completion,
  eventStream,
  json,
  seen,
  start,
  type TestOptions,
} from './__fixtures__/start.ts';

describe('the same question at the same moment', () => {
  test('goes upstream once, and everybody has an answer of his own', async () => {
    const { ask, sent, open, outcomes } = gated();
    const calls = Array.from({ length: 20 }, () => ask());
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    open(json(completion('shared')));
    const answers = await Promise.all(calls.map(seen));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill('HIT'), 'MISS']);
    await vi.waitFor(() => expect(outcomes).toHaveLength(20));
    expect(outcomes.filter(({ reply }) => reply.source === 'cache')).toHaveLength(19);
    expect(sent).toHaveLength(1);
  });

  test('goes upstream each time where that is turned off', async () => {
    const { ask, sent, open } = gated({ coalesce: false });
    const calls = [ask(), ask(), ask()];
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    open(json(completion('own')));
    expect((await Promise.all(calls.map(seen))).map(({ status }) => status)).toEqual(['MISS', 'MISS', 'MISS']);
  });

  test('of two credentials goes upstream for each', async () => {
    const { ask, sent, open } = gated();
    const calls = [ask(), ask({ key: 'Bearer sk-test-2' })];
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(json(completion('own')));
    await Promise.all(calls);
  });

  test('is asked by everybody when the first one failed', async () => {
    const { ask, sent, open } = gated();
    const calls = [ask(), ask(), ask()];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    open(json('{"error":{"message":"no"}}', { status: 500 }));
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(1));
    open(json(completion('second')));
    open(json(completion('second')));
    const answers = await Promise.all(calls.map(seen));
    expect(answers.filter(({ text }) => text.includes('second'))).toHaveLength(2);
  });

  test('is asked by everybody when the first one could not be reached', async () => {
    const { ask, sent, open } = gated();
    const calls = [ask(), ask()];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    open(Promise.reject(new Error('unreachable')));
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(json(completion('second')));
    const [, second] = await Promise.all(calls.map(seen));
    expect(second?.text).toContain('second');
  });

  test('is asked by everybody when the first answer is not to be kept', async () => {
    const { ask, sent, open } = gated();
    const calls = [ask(), ask()];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    open(json(completion('cut', { finish_reason: 'length' })));
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(json(completion('second')));
    const [, second] = await Promise.all(calls.map(seen));
    expect(second?.text).toContain('second');
  });

  test('is asked by another when the client of the first one leaves', async () => {
    const { ask, sent, open } = gated();
    const leaving = new AbortController();
    const first = ask({ signal: leaving.signal });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    const second = ask();
    leaving.abort();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(json(completion('second')));
    expect((await seen(second)).text).toContain('second');
    expect((await first).status).not.toBe(200);
  });

  test('goes on when one of those who wait leaves', async () => {
    const { ask, sent, open, outcomes } = gated();
    const leaving = new AbortController();
    const first = ask();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    const second = ask({ signal: leaving.signal });
    const third = ask();
    leaving.abort();
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes[0]).toMatchObject({ abandoned: true });
    await second;
    open(json(completion('shared')));
    expect((await seen(first)).text).toContain('shared');
    expect((await seen(third)).text).toContain('shared');
  });

  test('is not waited for by a call with a time limit of its own, nor by one that skips the cache', async () => {
    const { ask, sent, open } = gated();
    const calls = [
      ask(),
      ask({ headers: { 'cf-aig-request-timeout': '50' } }),
      ask({ headers: { 'cf-aig-skip-cache': 'true' } }),
    ];
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    open(json(completion('own')));
    await Promise.all(calls);
  });

  test('in another form goes upstream for each', async () => {
    const { ask, sent, open } = gated();
    const calls = [ask(), ask({ body: { ...CHAT, stream: true } })];
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(() => eventStream(chatEvents(['a'])));
    await Promise.all(calls.map(seen));
  });

  test('is asked anew behind a purge', async () => {
    const settings = { cachePurgedAt: 0 };
    const { ask, sent, open, clock } = gated({ settings });
    const first = ask();
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    settings.cachePurgedAt = clock.now();
    clock.advance(1);
    const second = ask();
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    open(json(completion('answer')));
    await Promise.all([first, second]);
  });
});

/** An upstream that answers when a test says so: all who wait, and whoever comes later. */
function gated(options: TestOptions = {}) {
  type Answer = UpstreamReply | Promise<UpstreamReply> | (() => UpstreamReply);
  const waiting: ((answer: Answer) => void)[] = [];
  const gateway = start(async ({ signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    waiting.push(resolve);
    signal.addEventListener('abort', () => reject(signal.reason));
    const answer = await promise;
    return typeof answer === 'function' ? answer() : answer;
  }, options);
  const open = (answer: Answer): void => {
    const resolves = waiting.splice(0);
    resolves.forEach((resolve, index) => {
      resolve(index === 0 || typeof answer === 'function' || answer instanceof Promise ? answer : { ...answer });
    });
  };
  return { ...gateway, open };
}
