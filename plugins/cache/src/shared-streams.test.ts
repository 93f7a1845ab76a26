import { type ByteSource, TransportError } from '@sluice/core';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  CHAT,
  chatEvents,
  completion,
  eventStream,
  json,
  seen,
  start,
  type TestGateway,
  type TestOptions,
} from './__fixtures__/start.ts';
import { SharedStream } from './shared-stream.ts';

const QUESTION = { body: { ...CHAT, stream: true } };
const EVENTS = chatEvents(['Hel', 'lo.']).split(/(?<=\n\n)/);
const [FIRST = '', SECOND = ''] = EVENTS;
const ALL = EVENTS.join('');

const board = vi.spyOn(SharedStream.prototype, 'board');
beforeEach(() => void board.mockClear());

describe('the same question for a stream at the same moment', () => {
  test('goes upstream once, and everybody gets the same bytes', async () => {
    const { ask, sent, source, outcomes, settled } = live();
    const calls = Array.from({ length: 20 }, () => seen(ask(QUESTION)));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    source.push(...EVENTS);
    source.end();
    const answers = await Promise.all(calls);
    expect(answers.map(({ text }) => text)).toEqual(Array(20).fill(ALL));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill('HIT'), 'MISS']);
    await settled();
    expect(sent).toHaveLength(1);
    const followers = outcomes.filter(({ reply }) => reply.source === 'cache');
    expect(followers).toHaveLength(19);
    expect(followers[0]).toMatchObject({
      success: true,
      partial: false,
      attempts: [],
      facts: { finishReason: 'stop' },
    });
    expect(await seen(ask(QUESTION))).toEqual({ status: 'HIT', text: ALL });
  });

  test('gets each piece as it comes, and who comes late gets what was said so far at once', async () => {
    const { ask, sent, source } = live();
    const calls = [ask(QUESTION), ask(QUESTION)];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    source.push(FIRST);
    const readers = (await Promise.all(calls)).map(read);
    for (const reader of readers) expect(await reader.next()).toBe(FIRST);
    source.push(SECOND);
    for (const reader of readers) expect(await reader.next()).toBe(SECOND);
    const late = read(await ask(QUESTION));
    expect([await late.next(), await late.next()]).toEqual([FIRST, SECOND]);
    source.push(...EVENTS.slice(2));
    source.end();
    for (const reader of [...readers, late]) expect(await reader.rest()).toBe(EVENTS.slice(2).join(''));
    expect(sent).toHaveLength(1);
  });

  test('goes on when the client who asked first leaves before the answer, and is kept', async () => {
    const { ask, sent, source, outcomes, settled, begin } = live({ isHeld: true });
    const leaving = new AbortController();
    const first = ask({ ...QUESTION, signal: leaving.signal });
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    const second = seen(ask(QUESTION));
    await aboard(2);
    leaving.abort();
    expect((await first).status).toBe(499);
    await vi.waitFor(() => expect(outcomes[0]).toMatchObject({ abandoned: true }));
    begin();
    source.push(...EVENTS);
    source.end();
    expect(await second).toEqual({ status: 'HIT', text: ALL });
    await settled();
    expect(sent[0]?.signal.aborted).toBe(false);
    expect(await seen(ask(QUESTION))).toEqual({ status: 'HIT', text: ALL });
    expect(sent).toHaveLength(1);
  });

  test.each<[string, (reader: Reader, leaving: AbortController) => unknown]>([
    ['closes its stream', (reader) => reader.leave()],
    ['breaks off', (_, leaving) => leaving.abort()],
  ])('goes on when the client who asked first %s in the middle, and is kept', async (_, leave) => {
    const { ask, sent, source, outcomes, settled } = live();
    const leaving = new AbortController();
    source.push(FIRST);
    const first = read(await ask({ ...QUESTION, signal: leaving.signal }));
    const second = read(await ask(QUESTION));
    expect(await first.next()).toBe(FIRST);
    leave(first, leaving);
    source.push(...EVENTS.slice(1));
    source.end();
    expect(await second.rest()).toBe(ALL);
    await first.rest();
    await settled();
    expect(outcomes.filter(({ abandoned }) => abandoned)).toHaveLength(1);
    expect(await seen(ask(QUESTION))).toEqual({ status: 'HIT', text: ALL });
    expect(sent).toHaveLength(1);
    expect(source.isCancelled).toBe(false);
  });

  test('is let go at once when all have left, and is asked anew', async () => {
    const { ask, sent, source, settled } = live();
    source.push(FIRST);
    const readers = [read(await ask(QUESTION)), read(await ask(QUESTION)), read(await ask(QUESTION))];
    for (const reader of readers) await reader.next();
    for (const reader of readers) {
      expect(source.isCancelled).toBe(false);
      await reader.leave();
    }
    expect(source.isCancelled).toBe(true);
    expect(sent[0]?.signal.aborted).toBe(true);
    await settled();
    await (await ask(QUESTION)).body?.cancel();
    expect(sent).toHaveLength(2);
  });

  test('is broken off when all leave before the answer', async () => {
    const { ask, sent, outcomes, settled } = live({ isHeld: true });
    const leaving = [new AbortController(), new AbortController()];
    const calls = leaving.map(({ signal }) => ask({ ...QUESTION, signal }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await aboard(2);
    leaving[0]?.abort();
    expect(sent[0]?.signal.aborted).toBe(false);
    leaving[1]?.abort();
    expect(sent[0]?.signal.aborted).toBe(true);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([499, 499]);
    await settled();
    expect(outcomes.map(({ abandoned }) => abandoned)).toEqual([true, true]);
  });

  test('breaks for everybody with an error, and nothing is kept', async () => {
    const { ask, sent, source, outcomes, settled } = live();
    const calls = Array.from({ length: 3 }, () => seen(ask(QUESTION)));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    source.push(FIRST, SECOND);
    source.break(new TransportError('interrupted', 'reset'));
    for (const { text } of await Promise.all(calls)) {
      expect(text.startsWith(FIRST + SECOND)).toBe(true);
      expect(text).toContain('"error"');
    }
    await settled();
    expect(outcomes.map(({ success, error }) => [success, error?.code])).toEqual(
      Array(3).fill([false, 'upstream_interrupted']),
    );
    await (await ask(QUESTION)).body?.cancel();
    expect(sent).toHaveLength(2);
  });

  test.each<[string, () => ReturnType<typeof json> | Promise<never>]>([
    ['failed', () => json('{"error":{"message":"no"}}', { status: 500 })],
    ['could not be reached', () => Promise.reject(new TransportError('unreachable', 'no'))],
  ])('is asked by the others when the first one %s', async (_, fail) => {
    const gate = Promise.withResolvers<void>();
    const { ask, sent } = start(async (_, count) => {
      if (count > 1) return eventStream(ALL);
      await gate.promise;
      return fail();
    });
    const calls = [seen(ask(QUESTION)), seen(ask(QUESTION))];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await aboard(2);
    gate.resolve();
    expect((await Promise.all(calls)).map(({ text }) => text)).toContain(ALL);
    expect(sent).toHaveLength(2);
  });

  test('has a share of an answer that came whole', async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, sent } = start(async () => {
      await gate.promise;
      return json(completion('whole'));
    });
    const calls = [seen(ask(QUESTION)), seen(ask(QUESTION))];
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    await aboard(2);
    gate.resolve();
    expect((await Promise.all(calls)).map(({ status }) => status).sort()).toEqual(['HIT', 'MISS']);
    expect(sent).toHaveLength(1);
  });

  test('is no burden to the fast when one of them reads slowly, and the fastest alone pulls', async () => {
    const { ask, sent, source } = live();
    source.push(FIRST);
    const slow = read(await ask(QUESTION));
    expect(await slow.next()).toBe(FIRST);
    const fast = seen(ask(QUESTION));
    source.push(...EVENTS.slice(1));
    source.end();
    expect((await fast).text).toBe(ALL);
    expect(await slow.rest()).toBe(EVENTS.slice(1).join(''));
    expect(sent).toHaveLength(1);
  });

  test('is not pulled when nobody reads', async () => {
    const { ask, source } = live();
    source.push(...EVENTS, ...EVENTS, ...EVENTS);
    const readers = [read(await ask(QUESTION)), read(await ask(QUESTION))];
    for (const reader of readers) await reader.next();
    expect(source.reads).toBeLessThan(5);
    for (const reader of readers) await reader.leave();
  });

  test('is shared by nobody else once its beginning is lost, and who is behind still gets all of it', async () => {
    const gateway = live({ maxRecordingBytes: FIRST.length + 10 });
    const { ask, sent, source } = gateway;
    source.push(FIRST);
    const readers = [read(await ask(QUESTION)), read(await ask(QUESTION))];
    source.push(...EVENTS.slice(1));
    expect(await readers[0]?.next()).toBe(FIRST);
    expect(await readers[0]?.next()).toBe(SECOND);
    const other = read(await ask(QUESTION));
    expect(sent).toHaveLength(2);
    await other.leave();
    source.end();
    expect(await readers[1]?.rest()).toBe(ALL);
    expect(await readers[0]?.rest()).toBe(EVENTS.slice(2).join(''));
  });

  test('ends with an error for who has fallen far behind when there is no room left', async () => {
    const { ask, source, outcomes, settled } = live({ maxRecordingBytes: 10 });
    source.push(FIRST);
    const [slow, fast] = [read(await ask(QUESTION)), read(await ask(QUESTION))];
    const long = chatEvents(Array.from({ length: 20 }, () => 'word '.repeat(8000)));
    source.push(...long.split(/(?<=\n\n)/).slice(1));
    source.end();
    expect(await fast.rest()).toBe(long);
    expect(await slow.rest()).toContain('read too slowly');
    await settled();
    expect(outcomes.map(({ success }) => success).sort()).toEqual([false, true]);
  });

  test('waits for no first byte under a time limit of its own, but reads along once it is there', async () => {
    const hurried = { ...QUESTION, headers: { 'cf-aig-request-timeout': '5000' } };
    const held = live({ isHeld: true });
    const calls = [held.ask(QUESTION), held.ask(hurried)];
    await vi.waitFor(() => expect(held.sent).toHaveLength(2));
    held.begin();
    for (const call of calls) await (await call).body?.cancel();

    const { ask, sent, source } = live();
    source.push(FIRST);
    const readers = [read(await ask(QUESTION)), read(await ask(hurried))];
    for (const reader of readers) expect(await reader.next()).toBe(FIRST);
    expect(sent).toHaveLength(1);
    for (const reader of readers) await reader.leave();
  });

  test.each<[string, TestOptions, object]>([
    ['where that is turned off', { coalesce: false }, {}],
    ['when it offers tools, since its answer may ask for one', {}, { body: { ...QUESTION.body, tools: [] } }],
    ['when it skips the cache', {}, { headers: { 'cf-aig-skip-cache': 'true' } }],
  ])('goes upstream each time %s', async (_, options, patch) => {
    const { ask, sent } = live(options);
    const calls = await Promise.all([ask({ ...QUESTION, ...patch }), ask({ ...QUESTION, ...patch })]);
    expect(sent).toHaveLength(2);
    for (const call of calls) await call.body?.cancel();
  });

  test('goes upstream for each kind of stream and each credential', async () => {
    const { ask, sent } = live();
    const calls = await Promise.all([
      ask(QUESTION),
      ask({ body: { ...QUESTION.body, stream_options: { include_usage: true } } }),
      ask({ ...QUESTION, key: 'Bearer sk-test-2' }),
    ]);
    expect(sent).toHaveLength(3);
    for (const call of calls) await call.body?.cancel();
  });

  test('is asked anew behind a purge', async () => {
    const settings = { cachePurgedAt: 0 };
    const { ask, sent, clock } = live({ settings });
    const first = await ask(QUESTION);
    settings.cachePurgedAt = clock.now();
    clock.advance(1);
    const second = await ask(QUESTION);
    expect(sent).toHaveLength(2);
    for (const call of [first, second]) await call.body?.cancel();
  });
});

interface Live extends TestGateway {
  /** What the first call upstream is answered; the others say nothing. */
  readonly source: LiveSource;
  /** Lets the heads of the answers come. */
  begin(): void;
}

function live({ isHeld = false, ...options }: TestOptions & { readonly isHeld?: boolean } = {}): Live {
  const source = new LiveSource();
  const gate = Promise.withResolvers<void>();
  if (!isHeld) gate.resolve();
  const gateway = start(async ({ signal }, count) => {
    signal.addEventListener('abort', () => gate.reject(signal.reason));
    await gate.promise;
    return eventStream(count === 1 ? source : new LiveSource());
  }, options);
  return { ...gateway, source, begin: () => gate.resolve() };
}

/** A stream that says what a test has it say. */
class LiveSource implements ByteSource {
  readonly #queue: (() => Promise<Uint8Array<ArrayBuffer> | undefined>)[] = [];
  #wake: (() => void) | undefined;
  isCancelled = false;
  reads = 0;

  push(...texts: string[]): void {
    for (const text of texts) this.#say(() => Promise.resolve(new TextEncoder().encode(text)));
  }

  end(): void {
    this.#say(() => Promise.resolve(undefined));
  }

  break(error: Error): void {
    this.#say(() => Promise.reject(error));
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    this.reads++;
    while (this.#queue.length === 0 && !this.isCancelled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#queue.shift()?.();
  }

  cancel(): void {
    this.isCancelled = true;
    this.#wake?.();
  }

  #say(word: () => Promise<Uint8Array<ArrayBuffer> | undefined>): void {
    this.#queue.push(word);
    this.#wake?.();
  }
}

interface Reader {
  next(): Promise<string | undefined>;
  rest(): Promise<string>;
  leave(): Promise<void>;
}

function read(response: Response): Reader {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const next = async () => {
    const piece = await reader?.read();
    return piece?.value && decoder.decode(piece.value);
  };
  return {
    next,
    async rest() {
      let text = '';
      for (let piece = await next(); piece !== undefined; piece = await next()) text += piece;
      return text;
    },
    leave: async () => reader?.cancel(),
  };
}

/** Waits until so many read along, or wait for the head. */
function aboard(count: number): Promise<void> {
  return vi.waitFor(() => expect(board).toHaveBeenCalledTimes(count));
}
