import {
  type CallTimeouts,
  GatewayError,
  type MaybePromise,
  type Plugin,
  type Reply,
  TransportError,
} from '@sluice/core';
import { describe, expect, test } from 'vitest';
import { answer, start, stream } from './test-gateway.ts';

const RESET = new TransportError('interrupted', 'the connection was reset');

describe('how often', () => {
  test('503, 503, 200 is 200 to the client, with one more request for each failure', async () => {
    const { ask, sent } = start([answer(503), answer(503), answer(200)]);
    expect((await ask({ 'cf-aig-max-attempts': '3' })).status).toBe(200);
    expect(sent).toHaveLength(3);
  });

  test('without a setting there is one try', async () => {
    const { ask, sent } = start([answer(503), answer(200)]);
    expect((await ask()).status).toBe(503);
    expect(sent).toHaveLength(1);
  });

  test('the gateway’s setting counts where the client names none', async () => {
    const { ask, sent } = start([answer(503)], { retryMaxAttempts: 3 });
    expect((await ask()).status).toBe(503);
    expect(sent).toHaveLength(3);
  });

  test('the client’s header beats the gateway’s setting, both ways', async () => {
    const more = start([answer(503)], { retryMaxAttempts: 2 });
    await more.ask({ 'cf-aig-max-attempts': '4' });
    expect(more.sent).toHaveLength(4);
    const fewer = start([answer(503)], { retryMaxAttempts: 2 });
    await fewer.ask({ 'cf-aig-max-attempts': '1' });
    expect(fewer.sent).toHaveLength(1);
  });

  test('more than five tries are five', async () => {
    const { ask, sent } = start([answer(503)]);
    await ask({ 'cf-aig-max-attempts': '50' });
    expect(sent).toHaveLength(5);
  });

  test.each(['0', '-1', '2.5', 'many', ''])('%j is no number of tries, so the gateway’s counts', async (value) => {
    const { ask, sent } = start([answer(503)], { retryMaxAttempts: 2 });
    await ask({ 'cf-aig-max-attempts': value });
    expect(sent).toHaveLength(2);
  });

  test('the tries of all steps of a call are bounded together, and each target is asked', async () => {
    const { ask, sent } = start([answer(503)], { plugins: [steps(3)], retryMaxAttempts: 5 });
    await ask();
    expect(sent).toHaveLength(10);
    const few = start([answer(503)], {
      plugins: [steps(2)],
      retryMaxAttempts: 5,
      traffic: { retry: { maxTotalAttempts: 4 } },
    });
    await few.ask();
    expect(few.sent).toHaveLength(4);
  });

  test('steps that are tried once are counted as well', async () => {
    const traffic = { retry: { maxTotalAttempts: 4 } };
    const { ask, sent } = start([answer(503)], { plugins: [steps(3, { 2: '5' })], traffic });
    await ask();
    expect(sent).toHaveLength(4);
  });

  test('the time of all tries is bounded', async () => {
    const setup = { retryMaxAttempts: 5, retryDelay: 400, retryBackoff: 'constant' } as const;
    const { ask, waits } = start([answer(503)], { ...setup, traffic: { retry: { maxTotalMs: 1000 } } });
    expect((await ask()).status).toBe(503);
    expect(waits).toEqual([400, 400]);
    const slow = start([answer(503)], { ...setup, thinkingMs: 100_000 });
    await slow.ask();
    expect(slow.sent).toHaveLength(2);
  });

  test('no try begins behind the deadline of the call', async () => {
    const plugins = [limited((receivedAt) => ({ deadlineAt: receivedAt + 500 }))];
    const { ask, waits } = start([answer(503)], {
      plugins,
      retryMaxAttempts: 5,
      retryDelay: 300,
      retryBackoff: 'constant',
    });
    await ask();
    expect(waits).toEqual([300]);
  });
});

describe('how long it waits', () => {
  test.each([
    ['constant', [100, 100, 100, 100]],
    ['linear', [100, 200, 300, 400]],
    ['exponential', [100, 200, 400, 800]],
  ])('%s', async (backoff, expected) => {
    const { ask, waits } = start([answer(503)]);
    await ask({ 'cf-aig-max-attempts': '5', 'cf-aig-retry-delay': '100', 'cf-aig-backoff': backoff });
    expect(waits).toEqual(expected);
  });

  test('the gateway’s delay and backoff count where the client names none', async () => {
    const gateway = { retryMaxAttempts: 3, retryDelay: 200, retryBackoff: 'linear' } as const;
    const own = start([answer(503)], gateway);
    await own.ask();
    expect(own.waits).toEqual([200, 400]);
    const theirs = start([answer(503)], gateway);
    await theirs.ask({ 'cf-aig-retry-delay': '10', 'cf-aig-backoff': 'constant' });
    expect(theirs.waits).toEqual([10, 10]);
  });

  test('what makes no sense counts as not said', async () => {
    const { ask, waits } = start([answer(503)]);
    await ask({ 'cf-aig-max-attempts': '3', 'cf-aig-retry-delay': 'soon', 'cf-aig-backoff': 'random' });
    expect(waits).toEqual([500, 1000]);
  });

  test('a delay of 0 is no wait', async () => {
    const { ask, sent, waits } = start([answer(503)]);
    await ask({ 'cf-aig-max-attempts': '2', 'cf-aig-retry-delay': '0' });
    expect([sent.length, waits]).toEqual([2, []]);
  });

  test('no wait is longer than a minute', async () => {
    const { ask, waits } = start([answer(503)], { traffic: { retry: { maxTotalMs: 1_000_000 } } });
    await ask({ 'cf-aig-max-attempts': '3', 'cf-aig-retry-delay': '90000' });
    expect(waits).toEqual([60_000, 60_000]);
  });

  test('chance takes away up to half of the wait', async () => {
    const { ask, waits } = start([answer(503)], { retry: { random: () => 0 } });
    await ask({ 'cf-aig-max-attempts': '3', 'cf-aig-retry-delay': '100' });
    expect(waits).toEqual([50, 100]);
  });

  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': new Date(1_004_000).toUTCString() }, 4000],
    [{ 'retry-after-ms': '2500', 'retry-after': '9' }, 2500],
    [{ 'retry-after': '0' }, 100],
    [{ 'retry-after': 'later' }, 100],
  ])('%o is obeyed when it is longer than the delay', async (headers, expected) => {
    const { ask, waits } = start([answer(429, headers), answer(200)]);
    await ask({ 'cf-aig-max-attempts': '2', 'cf-aig-retry-delay': '100' });
    expect(waits).toEqual([expected]);
  });

  test('a Retry-After that does not fit the time of the call is not waited for', async () => {
    const traffic = { retry: { maxTotalMs: 5000 } };
    const { ask, sent, waits } = start([answer(429, { 'retry-after': '6' }), answer(200)], { traffic });
    const response = await ask({ 'cf-aig-max-attempts': '2' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '6']);
    expect([sent.length, waits]).toEqual([1, []]);
  });

  test('a Retry-After of more than a minute is not waited for', async () => {
    const traffic = { retry: { maxTotalMs: 1_000_000 } };
    const { ask, sent } = start([answer(503, { 'retry-after': '61' }), answer(200)], { traffic });
    await ask({ 'cf-aig-max-attempts': '2' });
    expect(sent).toHaveLength(1);
  });

  test('a client that leaves ends the wait at once', async () => {
    const armed = Promise.withResolvers<void>();
    let disarmed = 0;
    const timer = () => {
      armed.resolve();
      return () => void disarmed++;
    };
    const { ask, sent } = start([answer(503), answer(200)], { retry: { timer } });
    const client = new AbortController();
    const response = ask({ 'cf-aig-max-attempts': '2' }, { signal: client.signal });
    await armed.promise;
    client.abort();
    expect((await response).status).toBe(499);
    expect([sent.length, disarmed]).toEqual([1, 1]);
  });
});

describe('what is tried again', () => {
  test.each([408, 409, 429, 500, 502, 503, 504, 529])('%i is', async (status) => {
    const { ask, sent } = start([answer(status), answer(200)], { retryMaxAttempts: 2 });
    expect((await ask()).status).toBe(200);
    expect(sent).toHaveLength(2);
  });

  test.each([200, 301, 400, 401, 403, 404, 413, 422])('%i is not', async (status) => {
    const { ask, sent } = start([answer(status), answer(200)], { retryMaxAttempts: 2 });
    expect((await ask()).status).toBe(status);
    expect(sent).toHaveLength(1);
  });

  test('the gateway’s own list of statuses goes before', async () => {
    const setup = { retryMaxAttempts: 2, traffic: { retry: { statuses: [404] } } };
    const listed = start([answer(404), answer(200)], setup);
    expect((await listed.ask()).status).toBe(200);
    const unlisted = start([answer(503), answer(200)], setup);
    expect((await unlisted.ask()).status).toBe(503);
  });

  test.each(['unreachable', 'timeout', 'interrupted'] as const)('an upstream that is %s is', async (kind) => {
    const { ask, sent } = start([new TransportError(kind, 'no'), answer(200)], { retryMaxAttempts: 2 });
    expect((await ask()).status).toBe(200);
    expect(sent).toHaveLength(2);
  });

  test('the last failure is told as it is', async () => {
    const { ask, sent } = start([answer(503), RESET], { retryMaxAttempts: 2 });
    expect(((await (await ask()).json()) as { internalCode: number }).internalCode).toBe(2005);
    expect(sent).toHaveLength(2);
  });

  test('an answer that says x-should-retry: false is not', async () => {
    const { ask, sent } = start([answer(503, { 'x-should-retry': 'false' })], { retryMaxAttempts: 2 });
    await ask();
    expect(sent).toHaveLength(1);
  });

  test('what the gateway itself refuses or answers is not', async () => {
    const refusal = new GatewayError('rate_limited', 'too many calls. Wait.');
    const body = new Uint8Array();
    const own: Reply = { type: 'bytes', source: 'gateway', status: 503, headers: {}, body };
    for (const [plugin, status] of [
      [instead(() => Promise.reject(refusal)), 429] as const,
      [instead(() => own), 503] as const,
    ]) {
      const { ask, waits } = start([answer(200)], { retryMaxAttempts: 3, plugins: [plugin] });
      expect([(await ask()).status, waits]).toEqual([status, []]);
    }
  });

  test('a client that left is not answered by another try', async () => {
    const client = new AbortController();
    const leave = async () => {
      client.abort();
      return answer(503);
    };
    const { ask, sent, waits } = start([leave, answer(200)], { retryMaxAttempts: 2 });
    expect((await ask({}, { signal: client.signal })).status).toBe(499);
    expect([sent.length, waits]).toEqual([1, []]);
  });
});

describe('streams', () => {
  test('one that begins with an error is given up and tried again', async () => {
    let cancelled = 0;
    const failing = stream(['error 529', 'never read'], () => void cancelled++);
    const { ask, sent } = start([failing, stream(['word', 'end'])], { retryMaxAttempts: 2 });
    expect(await (await ask()).text()).toBe('word\nend\n');
    expect([sent.length, cancelled]).toEqual([2, 1]);
  });

  test('one that begins with an error of unknown status is tried again, one with the client’s own fault is not', async () => {
    const unknown = start([stream(['error']), stream(['word', 'end'])], { retryMaxAttempts: 2 });
    expect(await (await unknown.ask()).text()).toBe('word\nend\n');
    const own = start([stream(['error 400']), stream(['word', 'end'])], { retryMaxAttempts: 2 });
    expect(await (await own.ask()).text()).toBe('error 400\n');
  });

  test('one that ends before its first word is tried again', async () => {
    const { ask } = start([stream([]), stream(['word', 'end'])], { retryMaxAttempts: 2 });
    expect(await (await ask()).text()).toBe('word\nend\n');
  });

  test('one that breaks behind its first word is not', async () => {
    const { ask, sent } = start([stream(['word']), stream(['word', 'end'])], { retryMaxAttempts: 2 });
    expect(await (await ask()).text()).toBe('word\nbroken upstream_interrupted\n');
    expect(sent).toHaveLength(1);
  });
});

describe('the client’s own time limit', () => {
  const asked = () => ({ clientFirstByteMs: 40, firstByteMs: 7000 });

  test('holds for each try but the last, which waits as long as the gateway lets it', async () => {
    const { ask, sent } = start([answer(503)], { retryMaxAttempts: 3, plugins: [limited(asked)] });
    await ask();
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([40, 40, 7000]);
  });

  test('holds for the last try too when a fallback stands behind it, and for an only one', async () => {
    const first = start([answer(503)], { retryMaxAttempts: 2, plugins: [steps(2), limited(asked)] });
    await first.ask();
    expect(first.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([40, 40, 40, 7000]);
    const only = start([answer(503)], { plugins: [limited(asked)] });
    await only.ask();
    expect(only.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([40]);
  });
});

describe('with other plugins', () => {
  test('a target that is left alone is not tried again while something else can answer', async () => {
    const { open, plugin } = leftAlone();
    const { ask, sent } = start([answer(200)], { retryMaxAttempts: 3, plugins: [steps(2), plugin] });
    await ask();
    expect([open.refused, sent.length]).toEqual([2, 1]);
  });

  test('a target that is left alone is tried all the same when nothing else can answer', async () => {
    const { open, plugin } = leftAlone();
    const plugins = [plugin, limited(() => ({ clientFirstByteMs: 40 }))];
    const { ask, sent, waits } = start([answer(200)], { retryMaxAttempts: 3, plugins });
    expect((await ask()).status).toBe(200);
    expect([open.refused, waits]).toEqual([1, []]);
    // Its only try, so the client's limit holds.
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([40]);
  });
});

/** Asks each of so many targets in turn until one answers well, as a fallback does. */
function steps(count: number, attempts: Record<number, string> = {}): Plugin {
  return {
    name: 'steps',
    stage: 'step',
    setup: () => ({
      async handle(call, next) {
        for (let step = 0; ; step++) {
          const own = attempts[step];
          const options = own === undefined ? call.options : new Map([...call.options, ['max-attempts', own]]);
          const isLast = step === count - 1;
          try {
            const reply = await next({ step, options, rescuable: !isLast });
            if (reply.status < 400 || isLast) return reply;
          } catch (thrown) {
            if (isLast) throw thrown;
          }
        }
      },
    }),
  };
}

function limited(limits: (receivedAt: number) => CallTimeouts): Plugin {
  return {
    name: 'limited',
    stage: 'route',
    setup: () => ({ handle: (call, next) => next({ timeouts: limits(call.receivedAt) }) }),
  };
}

/** Answers in place of the upstream. */
function instead(handle: () => MaybePromise<Reply>): Plugin {
  return { name: 'instead', stage: 'attempt', setup: () => ({ handle }) };
}

/** Refuses what can be made good, as a circuit breaker does. */
function leftAlone() {
  const open = { refused: 0 };
  const plugin: Plugin = {
    name: 'left-alone',
    stage: 'attempt',
    setup: () => ({
      handle(call, next) {
        if (!call.rescuable) return next();
        open.refused++;
        throw new GatewayError('circuit_open', 'left alone. Wait.');
      },
    }),
  };
  return { open, plugin };
}
