import { describe, expect, test, vi } from 'vitest';
import { answered, CHAT, chatEvents, eventStream, json, seen, start, stuck } from './__fixtures__/start.ts';

const settings = { traffic: { cache: { staleWhileRevalidateSeconds: 50 } } };

describe('behind its lifetime an answer', () => {
  test('is served at once while a fresh one is fetched, which serves the next', async () => {
    const { ask, clock, sent, settled } = start(answered(), { settings });
    await ask();
    await settled();
    clock.advance(100);
    expect(await seen(ask())).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 1') });
    await settled();
    expect(sent).toHaveLength(2);
    expect(await seen(ask())).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 2') });
    clock.advance(99);
    expect((await seen(ask())).status).toBe('HIT');
    await settled();
    expect(sent).toHaveLength(2);
  });

  test('is served no more when that time is over too', async () => {
    const { ask, clock, settled } = start(answered(), { settings });
    await ask();
    await settled();
    clock.advance(149);
    expect((await seen(ask({ headers: { 'cf-aig-cache-ttl': '100' } }))).status).toBe('HIT');
    await settled();
    clock.advance(150);
    expect((await seen(ask())).status).toBe('MISS');
  });

  test('is fetched once, however many ask', async () => {
    const gate = Promise.withResolvers<void>();
    const { ask, clock, sent, settled } = start(
      async (request, count) => {
        if (count > 1) await gate.promise;
        return answered()(request, count);
      },
      { settings },
    );
    await ask();
    await settled();
    clock.advance(100);
    for (let count = 0; count < 5; count++) expect((await seen(ask())).text).toContain('answer 1');
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    gate.resolve();
    await settled();
    expect((await seen(ask())).text).toContain('answer 2');
    expect(sent).toHaveLength(2);
  });

  test('is fetched even if the client leaves', async () => {
    const { ask, clock, sent, settled } = start(answered(), { settings });
    await ask();
    await settled();
    clock.advance(100);
    const leaving = new AbortController();
    await ask({ signal: leaving.signal });
    leaving.abort();
    await settled();
    expect(sent[1]?.signal.aborted).toBe(false);
    expect((await seen(ask())).text).toContain('answer 2');
  });

  test('stays when the fresh one fails or is not to be kept, and the next who asks tries again', async () => {
    const { ask, clock, sent, settled, problems } = start(
      (request, count) => {
        if (count === 2) throw new Error('unreachable');
        if (count === 3) return json('{}', { status: 500 });
        if (count === 4) return eventStream(stuck('data: {}\n\n'));
        return answered()(request, count);
      },
      { settings, refreshTimeoutMs: 20 },
    );
    await ask();
    await settled();
    clock.advance(100);
    for (const expected of [2, 3]) {
      expect((await seen(ask())).text).toContain('answer 1');
      await settled();
      expect(sent).toHaveLength(expected);
    }
    expect(problems).toEqual([]);
  });

  test('is a stream, if it was one, and so is the fresh one', async () => {
    const question = { body: { ...CHAT, stream: true } };
    const { ask, clock, settled } = start((_, count) => eventStream(chatEvents([`answer ${count}`])), { settings });
    await (await ask(question)).text();
    await settled();
    clock.advance(100);
    expect(await seen(ask(question))).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 1') });
    await settled();
    expect(await seen(ask(question))).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 2') });
  });

  test('is not replaced by a fresh stream that was cut', async () => {
    const question = { body: { ...CHAT, stream: true } };
    const { ask, clock, settled } = start(
      (_, count) => eventStream(count === 1 ? chatEvents(['answer 1']) : chatEvents(['answer 2']).slice(0, 400)),
      { settings },
    );
    await (await ask(question)).text();
    await settled();
    clock.advance(100);
    for (let count = 0; count < 2; count++) {
      expect(await seen(ask(question))).toMatchObject({ status: 'HIT', text: expect.stringContaining('answer 1') });
      await settled();
    }
  });

  test('is a miss unless the gateway says so', async () => {
    const { ask, clock, settled } = start();
    await ask();
    await settled();
    clock.advance(100);
    expect((await seen(ask())).status).toBe('MISS');
  });
});
