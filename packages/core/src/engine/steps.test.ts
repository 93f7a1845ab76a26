import { afterEach, describe, expect, test } from 'vitest';
import { type Attempt, type Call, GatewayError, isUniversal, type Plugin, type Provider } from '../index.ts';
import { closeAll, echo, handler, json, start, watcher } from './test-gateway.ts';

afterEach(closeAll);

describe('a call to the gateway’s own address', () => {
  test.each(['/v1/acc/gw', '/v1/acc/gw/', '/v1/acc/gw?a=b'])('%s is one for the stage step', async (path) => {
    const seen: unknown[] = [];
    const look = handler('step', (call, next) => {
      seen.push([isUniversal(call), call.json(), call.options.get('cache-ttl'), call.headers['x-own']]);
      return next(toEcho(0));
    });
    const { ask } = start({ plugins: [look] });
    const headers = { 'cf-aig-cache-ttl': '60', 'x-own': '1' };
    expect((await ask(path, { method: 'POST', body: '[{"a":1}]', headers })).status).toBe(200);
    expect(seen).toEqual([[true, [{ a: 1 }], '60', '1']]);
  });

  test('is let in by the plugins before its body is read', async () => {
    const refuse: Plugin = {
      name: 'refuse',
      stage: 'guard',
      setup: () => ({
        admit: (call) => {
          throw new GatewayError('unauthorized', `${isUniversal(call)} ${call.body}`);
        },
      }),
    };
    const answer = await start({ plugins: [refuse] }).ask('/v1/acc/gw', { method: 'POST', body: '[]' });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('true null');
  });

  test('a call to a provider is none', async () => {
    const seen: boolean[] = [];
    const look = handler('step', (call, next) => {
      seen.push(isUniversal(call));
      return next();
    });
    await start({ plugins: [look] }).ask('/v1/acc/gw/echo/chat');
    expect(seen).toEqual([false]);
  });

  test('nothing may stand between the two slashes of a provider without a name', async () => {
    const answer = await start({ plugins: [handler('step', (_, next) => next(toEcho(0)))] }).ask('/v1/acc/gw//chat');
    expect(answer.status).toBe(404);
  });
});

describe('a step', () => {
  test('that was given up before it was sent is among the attempts', async () => {
    const { ask, ended } = watched({ route: (call) => call.step === 0 && refuse() });
    const answer = await ask();
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect(answer.headers.get('cf-aig-attempts')).toBe('echo circuit_open, echo 200');
    const { attempts } = await ended;
    expect(attempts[0]).toMatchObject({ provider: 'echo', step: 0, answeredAt: null, status: null });
    expect(attempts).toHaveLength(2);
  });

  test('that was sent is an attempt once, even if it fails on the way back', async () => {
    const { ask, ended } = watched({ back: (call) => call.step === 0 && refuse() });
    await ask();
    expect((await ended).attempts.map(({ step, status }) => [step, status])).toEqual([
      [0, 200],
      [1, 200],
    ]);
  });

  test('of which none was sent is the call that the log is told of', async () => {
    const { ask, ended } = watched({ route: refuse });
    expect((await ask()).status).toBe(503);
    const { call, attempts } = await ended;
    expect(call).toMatchObject({ step: 0, provider: { id: 'echo' } });
    expect(attempts.map(({ step }) => step)).toEqual([0, 1]);
  });

  test('that a plugin answers in the upstream’s place names itself', async () => {
    const { ask, ended } = watched({
      route: (call) => (call.step === 0 ? refuse() : KEPT),
    });
    const answer = await ask();
    expect(await answer.text()).toBe('kept');
    expect(answer.headers.get('cf-aig-step')).toBe('1');
    expect(answer.headers.get('cf-aig-provider')).toBe('echo');
    expect(answer.headers.get('cf-aig-attempts')).toBe('echo circuit_open');
    expect((await ended).call).toMatchObject({ step: 1, provider: { id: 'echo' } });
  });
});

const toEcho = (step: number) => ({
  step,
  provider: echo,
  target: echo.resolve({ method: 'POST', path: 'chat', query: '', headers: {} }, { baseUrl: echo.baseUrl }),
});

const KEPT = {
  type: 'bytes',
  status: 200,
  headers: {},
  source: 'cache',
  body: new TextEncoder().encode('kept'),
} as const;

function refuse(): never {
  throw new GatewayError('circuit_open', 'left alone. Wait.');
}

interface Inside {
  /** What stands before the upstream: an answer, a refusal, or nothing. */
  route?(call: Call): typeof KEPT | boolean;
  /** What happens once the upstream has answered. */
  back?(call: Call): unknown;
}

/** Two steps to one provider: the second is taken when the first throws. */
function watched({ route = () => false, back }: Inside) {
  const { promise: ended, resolve } = Promise.withResolvers<{ call: Call; attempts: readonly Attempt[] }>();
  const steps = handler('step', async (_, next) => {
    try {
      return await next(toEcho(0));
    } catch {
      return next(toEcho(1));
    }
  });
  const inside = handler('route', async (call, next) => {
    const own = route(call);
    if (typeof own === 'object') return own;
    const reply = await next();
    back?.(call);
    return reply;
  });
  const watch = watcher((call, { attempts }) => resolve({ call, attempts }));
  const providers: readonly Provider[] = [echo];
  const { ask } = start({ providers, plugins: [steps, inside, watch] }, () => json('{}'));
  return { ask: () => ask('/v1/acc/gw', { method: 'POST', body: '[]' }), ended };
}
