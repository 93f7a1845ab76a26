import { TransportError } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { type Answer, type Ask, json, start, stream, type TestGateway } from './test-gateway.ts';

describe('a circuit opens', () => {
  test('behind five failures in a row, and the target is no longer asked', async () => {
    const target = start();
    await failing(target, 5);
    const refused = await target.ask();
    expect(target.sent).toHaveLength(5);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await refused.json()).toMatchObject({ internalCode: 2108 });
  });

  test('behind as many failures as the gateway is set to, for as long as it is set to', async () => {
    const target = start({ failures: 2, openSeconds: 7 });
    await failing(target, 2);
    expect((await target.ask()).headers.get('retry-after')).toBe('7');
  });

  test('never where it is switched off', async () => {
    const target = start({ enabled: false, failures: 1 });
    await failing(target, 7);
    expect(target.sent).toHaveLength(7);
  });

  test('not when a success stands between the failures', async () => {
    const target = start({ failures: 2 });
    await failing(target, 1);
    target.answers(() => json(200));
    await target.ask();
    await failing(target, 1);
    target.answers(() => json(200));
    expect((await target.ask()).status).toBe(200);
  });

  test.each<[string, () => Answer]>([
    ['500', () => json(500)],
    ['529', () => json(529)],
    ['429', () => json(429)],
    ['no connection', () => new TransportError('unreachable', 'no')],
    ['no answer in time', () => new TransportError('timeout', 'no')],
    ['a reset', () => new TransportError('interrupted', 'no')],
    ['a status that is none', () => json(999)],
    ['a stream that begins with an error', () => stream(['error 529'])],
    ['a stream with an error in the middle', () => stream(['word', 'error 500'])],
    ['a stream that breaks', () => stream(['word'])],
  ])('%s is a failure', async (_, answer) => {
    const target = start({ failures: 2 });
    target.answers(answer);
    await read(target);
    await read(target);
    await read(target);
    expect(target.sent).toHaveLength(2);
  });

  test.each<[string, () => Answer]>([
    ['200', () => json(200)],
    ['400', () => json(400)],
    ['401', () => json(401)],
    ['404', () => json(404)],
    ['a whole stream', () => stream(['word', 'end'])],
    ['a stream that begins with the client’s own fault', () => stream(['error 400'])],
  ])('%s is none', async (_, answer) => {
    const target = start({ failures: 1 });
    target.answers(answer);
    await read(target);
    await read(target);
    expect(target.sent).toHaveLength(2);
  });

  test('not because clients leave', async () => {
    const target = start({ failures: 1 });
    await leaving(target);
    target.answers(() => stream(['word'], { stuck: true }));
    await (await target.ask()).body?.cancel();
    await target.settled();
    target.answers(() => json(200));
    expect((await target.ask()).status).toBe(200);
  });

  test('for one target: other models, gateways, keys and credentials are asked as ever', async () => {
    const target = start({ failures: 1 });
    const others: Ask[] = [{ model: 'small' }, { gateway: 'other' }, { key: 'sk-test-b' }, { credential: 'one' }];
    await failing(target, 1);
    target.answers(() => json(200));
    expect((await target.ask()).status).toBe(503);
    for (const other of others) expect((await target.ask(other)).status).toBe(200);
  });

  test('for one stored credential, whatever key the client has sent', async () => {
    const target = start({ failures: 1 });
    target.answers(() => json(429));
    await target.ask({ credential: 'one' });
    target.answers(() => json(200));
    expect((await target.ask({ credential: 'one', key: 'sk-test-b' })).status).toBe(503);
    expect((await target.ask({ credential: 'two' })).status).toBe(200);
  });

  test('for as long as the vendor wants when that is longer, and no longer than an hour', async () => {
    const day = start({ failures: 1 });
    day.answers(() => json(429, { 'retry-after': '86400' }));
    await day.ask();
    expect((await day.ask()).headers.get('retry-after')).toBe('3600');
    const second = start({ failures: 1 });
    second.answers(() => json(429, { 'retry-after': '1' }));
    await second.ask();
    expect((await second.ask()).headers.get('retry-after')).toBe('30');
  });

  test('and the error says which target it was, without its key', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    const text = await (await target.ask()).text();
    expect(text).toContain('words (big) kept failing');
    expect(text).not.toContain('sk-test');
  });
});

describe('an open circuit', () => {
  test('lets a call pass that nothing else can answer, and closes when that goes well', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    expect((await target.ask({ alone: true })).status).toBe(500);
    expect((await target.ask()).status).toBe(503);
    target.answers(() => json(200));
    expect((await target.ask({ alone: true })).status).toBe(200);
    expect((await target.ask()).status).toBe(200);
  });

  test('stays open no longer because such calls fail', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    target.pass(20);
    await target.ask({ alone: true });
    expect((await target.ask()).headers.get('retry-after')).toBe('10');
  });

  test('stays open for longer when the vendor tells such a call so', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    target.answers(() => json(503, { 'retry-after': '90' }));
    await target.ask({ alone: true });
    expect((await target.ask()).headers.get('retry-after')).toBe('90');
  });

  test('refuses such a call too when the gateway wants it so', async () => {
    const target = start({ failures: 1, failFast: true });
    await failing(target, 1);
    const refused = await target.ask({ alone: true });
    expect([refused.status, target.sent.length]).toEqual([503, 1]);
  });
});

describe('a half-open circuit', () => {
  test('lets one call at a time try, and closes when it goes well', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    target.pass(30);
    const slow = Promise.withResolvers<Awaited<Answer>>();
    target.answers(() => slow.promise as Promise<never>);
    const probe = target.ask();
    expect((await target.ask()).headers.get('retry-after')).toBe('1');
    expect((await target.ask()).status).toBe(503);
    slow.resolve(json(200));
    expect((await probe).status).toBe(200);
    target.answers(() => json(200));
    expect((await target.ask()).status).toBe(200);
    expect(target.sent).toHaveLength(3);
  });

  test('opens for twice as long each time the try fails, up to ten minutes', async () => {
    const target = start({ failures: 1, openSeconds: 100 });
    const waits: number[] = [];
    await failing(target, 1);
    for (let round = 0; round < 5; round++) {
      const seconds = Number((await target.ask()).headers.get('retry-after'));
      waits.push(seconds);
      target.pass(seconds);
      await failing(target, 1);
    }
    expect(waits).toEqual([100, 200, 400, 600, 600]);
  });

  test('starts anew with a short while once a try went well', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    target.pass(30);
    await failing(target, 1);
    target.pass(60);
    target.answers(() => json(200));
    await target.ask();
    await failing(target, 1);
    expect((await target.ask()).headers.get('retry-after')).toBe('30');
  });

  test('lets the next call try when the client of the first one left', async () => {
    const target = start({ failures: 1 });
    await failing(target, 1);
    target.pass(30);
    await leaving(target);
    target.answers(() => json(200));
    expect((await target.ask()).status).toBe(200);
  });

  test('closes when a stream begins well, and one that breaks opens it again for longer', async () => {
    const target = start({ failures: 3 });
    await failing(target, 3);
    target.pass(30);
    target.answers(() => stream(['word'], { stuck: true }));
    for (const streaming of [await target.ask(), await target.ask()]) {
      expect(streaming.status).toBe(200);
      await streaming.body?.cancel();
    }
    target.answers(() => stream(['word']));
    await read(target);
    expect((await target.ask()).headers.get('retry-after')).toBe('60');
  });
});

test('targets that failed once long ago take no more than their room', async () => {
  const target = start({ failures: 1 });
  await failing(target, 1);
  target.answers(() => json(500));
  for (let at = 0; at < 10_000; at++) await target.ask({ model: `model-${at}` });
  target.answers(() => json(200));
  expect((await target.ask()).status).toBe(200);
});

async function failing(target: TestGateway, times: number): Promise<void> {
  target.answers(() => json(500));
  for (let at = 0; at < times; at++) await target.ask();
}

/** Reads an answer to its end, and waits until everybody has learnt of it. */
async function read(target: TestGateway): Promise<void> {
  await (await target.ask()).text();
  await target.settled();
}

/** A client that leaves before there is an answer. */
async function leaving(target: TestGateway): Promise<void> {
  const client = new AbortController();
  target.answers(() => {
    client.abort();
    return new TransportError('interrupted', 'nobody waits');
  });
  expect((await target.ask({ signal: client.signal })).status).toBe(499);
}
