import type { Call, CallTimeouts, Plugin, Reply } from '@sluice/core';
import { DEFAULT_LIMITS } from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { start, streaming } from './test-gateway.ts';

describe('cf-aig-request-timeout', () => {
  test('ends an attempt whose answer does not begin in time', async () => {
    expect((await start(undefined).ask('20')).status).toBe(504);
  });

  test('does not cut a stream that has begun', async () => {
    const { ask } = start(undefined, () => streaming('word', 60, 'more', 'end'));
    expect(await (await ask('20')).text()).toBe('word\nmore\nend\n');
  });

  test('goes before what the gateway is set to, both ways', async () => {
    const { ask, sent } = start([{ firstByteMs: 500 }], ok);
    await ask('200');
    await ask('900');
    await ask();
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([200, 900, 500]);
  });

  test.each(['0', '-5', '1.5', 'soon', ''])('%j is no time, so it counts as not said', async (asked) => {
    const { ask, sent } = start(undefined, ok);
    await ask(asked);
    expect(sent[0]?.timeoutMs).toBe(DEFAULT_LIMITS.firstByteTimeoutMs);
  });

  test('a time beyond what a timer can count does not end the call at once', async () => {
    const { ask, sent } = start(undefined, ok);
    await ask('99999999999');
    expect(sent[0]?.timeoutMs).toBe(2 ** 31 - 1);
  });

  test('of one step of a call holds for that step', async () => {
    const perStep: Plugin = {
      name: 'per-step',
      stage: 'step',
      setup: () => ({
        async handle(call, next) {
          await next({ options: new Map([['request-timeout', '300']]), step: 0 });
          return next({ options: call.options, step: 1 });
        },
      }),
    };
    const { ask, sent } = start(undefined, ok, [perStep]);
    await ask();
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([300, DEFAULT_LIMITS.firstByteTimeoutMs]);
  });
});

describe('rules of the gateway', () => {
  test('firstByteMs ends an attempt whose answer does not begin in time', async () => {
    expect((await start([{ firstByteMs: 20 }]).ask()).status).toBe(504);
  });

  test('firstTokenMs ends a stream without any event, though its head is here', async () => {
    const { ask } = start([{ firstTokenMs: 20 }], () => streaming());
    expect((await ask()).status).toBe(504);
  });

  test.each(['ping', 'start'])('a %s is a sign of life: slow thought behind it survives firstTokenMs', async (sign) => {
    const { ask } = start([{ firstTokenMs: 40, idleMs: 5000 }], () => streaming(sign, 120, 'word', 'end'));
    expect(await (await ask()).text()).toBe(`${sign}\nword\nend\n`);
  });

  test('idleMs ends a stream that stays silent, in the client’s protocol', async () => {
    const { ask } = start([{ idleMs: 30 }], () => streaming('word'));
    expect(await (await ask()).text()).toBe('word\nbroken upstream_stalled\n');
  });

  test('pings keep a stream from being idle', async () => {
    const pings = [80, 'ping', 80, 'ping', 80, 'ping', 80, 'ping'];
    const { ask } = start([{ idleMs: 250 }], () => streaming('word', ...pings, 'end'));
    expect(await (await ask()).text()).toMatch(/ping\nend\n$/);
  });

  test('totalMs ends a whole answer and a stream alike', async () => {
    expect((await start([{ totalMs: 30 }]).ask()).status).toBe(504);
    const { ask } = start([{ totalMs: 60 }], () => streaming('word', 10, 'word', 10, 'word', 500, 'end'));
    expect(await (await ask()).text()).toMatch(/broken upstream_timeout\n$/);
  });

  test('the first rule that matches and names a limit counts for it', async () => {
    const rules = [
      { model: 'lines/small', firstByteMs: 100 },
      { model: 'other/*', firstByteMs: 200 },
      { model: 'lines/b*', idleMs: 300 },
      { firstByteMs: 400, firstTokenMs: 500, idleMs: 600, totalMs: 700 },
      { firstByteMs: 800 },
    ];
    expect(await limitsOf(rules, 'big')).toEqual({ firstByteMs: 400, firstTokenMs: 500, idleMs: 300, total: 700 });
    expect(await limitsOf(rules, 'small')).toEqual({ firstByteMs: 100, firstTokenMs: 500, idleMs: 600, total: 700 });
    expect(await limitsOf(rules.slice(0, 3), 'other')).toEqual({});
  });

  test('a deadline that a call already has only becomes shorter', async () => {
    expect(await limitsOf([{ totalMs: 700 }], 'big', 500)).toEqual({ total: 500 });
    expect(await limitsOf([{ totalMs: 700 }], 'big', 900)).toEqual({ total: 700 });
    expect(await limitsOf([{ idleMs: 100 }], 'big', 900)).toEqual({ idleMs: 100, total: 900 });
  });
});

function ok(): Response {
  return new Response('{}', { headers: { 'content-type': 'application/json' } });
}

/** The limits that a call of this model has inside of the plugin; `total` counts from when the call came in. */
async function limitsOf(rules: Parameters<typeof start>[0], model: string, total?: number) {
  const seen = Promise.withResolvers<Call>();
  const body = new Uint8Array();
  const look: Plugin = {
    name: 'look',
    stage: 'attempt',
    setup: () => ({
      handle(call): Reply {
        seen.resolve(call);
        return { type: 'bytes', source: 'gateway', status: 200, headers: {}, body };
      },
    }),
  };
  const outside: Plugin = {
    name: 'outside',
    stage: 'cache',
    setup: () => ({
      handle: (call, next) =>
        total === undefined ? next() : next({ timeouts: { deadlineAt: call.receivedAt + total } }),
    }),
  };
  await start(rules, ok, [outside, look]).ask(undefined, model);
  const { timeouts, receivedAt } = await seen.promise;
  const { deadlineAt, ...rest }: CallTimeouts = timeouts;
  return deadlineAt === undefined ? rest : { ...rest, total: deadlineAt - receivedAt };
}
