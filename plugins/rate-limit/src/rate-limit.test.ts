import { type Counters, type GatewaySettings, type Plugin, type RateLimitRule, stateKey } from '@sluice/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryCounters } from '../../../packages/storage/src/counters/index.ts';
import { type RateLimitOptions, rateLimit } from './index.ts';
import {
  costing,
  language,
  reply,
  startGateway,
  T0,
  type TestGateway,
  type TestGatewayOptions,
} from './test-gateway.ts';

const MINUTE = 60_000;

describe('the published limit', () => {
  test('calls within it pass, those beyond are refused before their body is read, and the next window is free', async () => {
    const gateway = limited({ rateLimitingLimit: 2, rateLimitingInterval: 60 });
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
    expect(gateway.sent).toBe(2);
    gateway.now = T0 + MINUTE;
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
  });

  test('without a technique it is fixed: windows begin with the clock’s', async () => {
    const gateway = limited({ rateLimitingLimit: 1, rateLimitingInterval: 60 });
    gateway.now = T0 + MINUTE - 1;
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
    gateway.now = T0 + MINUTE;
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
  });

  test('sliding counts what is still in sight of the window before', async () => {
    const gateway = limited({ rateLimitingLimit: 4, rateLimitingInterval: 60, rateLimitingTechnique: 'sliding' });
    expect(await statuses(gateway, 4)).toEqual([200, 200, 200, 200]);
    gateway.now = T0 + MINUTE + MINUTE / 2;
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
  });

  test.each([
    { rateLimitingLimit: 0, rateLimitingInterval: 60 },
    { rateLimitingLimit: 1, rateLimitingInterval: 0 },
    { rateLimitingLimit: null, rateLimitingInterval: null },
    {},
  ])('%o is off', async (settings) => {
    const gateway = limited(settings);
    expect(await statuses(gateway, 3)).toEqual([200, 200, 200]);
    expect((await gateway.ask()).headers.has('ratelimit-limit')).toBe(false);
  });

  test('each gateway has its own count', async () => {
    const gateway = limited({ rateLimitingLimit: 1, rateLimitingInterval: 60 });
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
    expect((await gateway.ask({ gateway: 'staging' })).status).toBe(200);
  });
});

describe('a refusal', () => {
  test('has the wire’s code, and says which limit it was and when to come back', async () => {
    const gateway = limited({ rateLimitingLimit: 1, rateLimitingInterval: 60 });
    await gateway.ask();
    gateway.now = T0 + 12_400;
    const refused = await gateway.ask();
    expect(quotaOf(refused)).toEqual({
      'retry-after': '48',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '48',
      'ratelimit-policy': '1;w=60',
    });
    expect(await refused.json()).toMatchObject({
      internalCode: 2003,
      message: 'Rate limited: gateway "prod" allows 1 requests in 60 seconds, and they are used up. Try again in 48 s.',
    });
  });

  test('is the published one to the letter where that is asked for', async () => {
    const gateway = limited({ rateLimitingLimit: 1, rateLimitingInterval: 60 }, { compat: 'strict' });
    await gateway.ask();
    const refused = await gateway.ask();
    expect(refused.status).toBe(429);
    expect(quotaOf(refused)).toEqual({});
    expect(await refused.json()).toMatchObject({ message: 'Rate limited', internalCode: 2003 });
  });

  test('of a sliding limit tells when enough has faded', async () => {
    const gateway = limited({ rateLimitingLimit: 2, rateLimitingInterval: 60, rateLimitingTechnique: 'sliding' });
    await statuses(gateway, 2);
    expect(quotaOf(await gateway.ask())['retry-after']).toBe('90');
  });
});

describe('an answer', () => {
  test('tells how the tightest limit stands', async () => {
    const gateway = ruled(
      { id: 'wide', unit: 'requests', limit: 100, intervalSeconds: 3600 },
      { id: 'narrow', unit: 'requests', limit: 3, intervalSeconds: 60 },
    );
    gateway.now = T0 + 500;
    expect(quotaOf(await gateway.ask())).toEqual({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '60',
    });
  });

  test('carries our ratelimit fields in place of the upstream’s, and the vendor’s x-ratelimit fields untouched', async () => {
    const theirs = { 'ratelimit-limit': '999', 'ratelimit-policy': '999;w=1', 'x-ratelimit-limit-requests': '999' };
    const send = () => reply('{}', theirs);
    const { headers } = await limited({ rateLimitingLimit: 5, rateLimitingInterval: 60 }, { send }).ask();
    expect(headers.get('ratelimit-limit')).toBe('5');
    expect(headers.get('ratelimit-policy')).toBeNull();
    expect(headers.get('x-ratelimit-limit-requests')).toBe('999');
    expect((await limited({}, { send }).ask()).headers.get('ratelimit-limit')).toBe('999');
  });

  test('says nothing of limits where that is switched off', async () => {
    const settings = { rateLimitingLimit: 5, rateLimitingInterval: 60 };
    expect(quotaOf(await limited(settings, { headers: false }).ask())).toEqual({});
  });
});

describe('rules', () => {
  test('stand beside the published limit, and a call that one of them refuses is counted by none', async () => {
    const gateway = ruled(
      { id: 'all', unit: 'requests', limit: 3, intervalSeconds: 60 },
      { id: 'each', unit: 'requests', limit: 1, intervalSeconds: 60, per: 'header.x-user' },
    );
    const ask = async (user: string) => (await gateway.ask({ headers: { 'x-user': user } })).status;
    expect([await ask('a'), await ask('a'), await ask('a'), await ask('b'), await ask('c')]).toEqual([
      200, 429, 429, 200, 200,
    ]);
    expect(await ask('d')).toBe(429);
  });

  test('name themselves in a refusal', async () => {
    const gateway = ruled({ id: 'burst', unit: 'requests', limit: 1, intervalSeconds: 60, per: 'ip' });
    await gateway.ask();
    const { message } = (await (await gateway.ask()).json()) as { message: string };
    expect(message).toContain('rule "burst" of gateway "prod" allows 1 requests in 60 seconds for each ip');
  });

  test('of several that have no room the one that takes longest says when to come back', async () => {
    const gateway = ruled(
      { id: 'long', unit: 'requests', limit: 1, intervalSeconds: 600 },
      { id: 'short', unit: 'requests', limit: 1, intervalSeconds: 60 },
    );
    await gateway.ask();
    expect(quotaOf(await gateway.ask())).toMatchObject({
      'ratelimit-policy': '1;w=600, 1;w=60',
      'retry-after': String(600 - (T0 % 600_000) / 1000),
    });
  });

  test('may slide', async () => {
    const gateway = ruled({ id: 'a', unit: 'requests', limit: 2, intervalSeconds: 60, technique: 'sliding' });
    await statuses(gateway, 2);
    gateway.now = T0 + MINUTE;
    expect(await statuses(gateway, 1)).toEqual([429]);
  });

  test.each([
    [{ id: 'odd', unit: 'requests', limit: 1, intervalSeconds: 60, per: 'planet' }, /"odd".*"planet"/],
    [{ id: 'endless', unit: 'tokens', limit: 1 }, /"endless".*intervalSeconds/],
  ] as const)('that make no sense are off, and the operator is told once', async (rule, problem) => {
    const gateway = ruled(rule);
    expect(await statuses(gateway, 3)).toEqual([200, 200, 200]);
    expect(gateway.reports).toEqual([expect.stringMatching(problem)]);
  });

  test('that were changed hold for the next call', async () => {
    const gateway = ruled({ id: 'a', unit: 'requests', limit: 1, intervalSeconds: 60 });
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
    Object.assign(gateway, { settings: { ...gateway.settings, traffic: null } });
    expect(await statuses(gateway, 1)).toEqual([200]);
  });
});

describe('a count for each', () => {
  test('token: others have their own, and those without one share one', async () => {
    const gateway = each('token');
    const ask = async (headers: Record<string, string>) => (await gateway.ask({ headers })).status;
    expect(await ask({ 'cf-aig-authorization': 'Bearer one' })).toBe(200);
    expect(await ask({ 'cf-aig-authorization': 'one' })).toBe(429);
    expect(await ask({ 'cf-aig-authorization': 'Bearer two' })).toBe(200);
    expect(await ask({ 'x-api-key': 'sk-test-of-the-vendor' })).toBe(200);
    expect(await ask({ 'x-api-key': 'sk-test-another' })).toBe(429);
  });

  test('token where the vendor’s header holds the gateway’s token', async () => {
    const gateway = each('token', { authentication: true });
    const ask = async (headers: Record<string, string>) => (await gateway.ask({ headers })).status;
    expect(await ask({ 'x-api-key': 'one' })).toBe(200);
    expect(await ask({ 'cf-aig-authorization': 'Bearer one' })).toBe(429);
    expect(await ask({ authorization: 'Bearer two' })).toBe(200);
    expect(await ask({ 'x-api-key': 'two' })).toBe(429);
  });

  test('token as somebody else names it', async () => {
    const tokenId = stateKey<string>('test.token');
    const auth: Plugin = {
      name: 'auth',
      stage: 'guard',
      setup: () => ({ admit: (call) => call.state.set(tokenId, call.headers['x-who'] ?? '') }),
    };
    const gateway = each('token', {}, { before: [auth], tokenOf: (call) => call.state.get(tokenId) });
    const ask = async (who: string) =>
      (await gateway.ask({ headers: { 'x-who': who, 'cf-aig-authorization': 'same' } })).status;
    expect([await ask('a'), await ask('b'), await ask('a')]).toEqual([200, 200, 429]);
  });

  test('address, and those whose address is not known share one', async () => {
    const gateway = each('ip');
    const ask = async (address?: string) => (await gateway.ask(address === undefined ? {} : { address })).status;
    expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.2')]).toEqual([200, 429, 200]);
    expect([await ask(), await ask()]).toEqual([200, 429]);
  });

  test('value of a metadata key; a call without it is not covered', async () => {
    const gateway = each('metadata.team');
    const ask = async (metadata: object) =>
      (await gateway.ask({ headers: { 'cf-aig-metadata': JSON.stringify(metadata) } })).status;
    expect([await ask({ team: 'a' }), await ask({ team: 'a' }), await ask({ team: 'b' })]).toEqual([200, 429, 200]);
    expect([await ask({ user: 1 }), await ask({ user: 1 })]).toEqual([200, 200]);
    expect(await statuses(gateway, 2)).toEqual([200, 200]);
  });

  test('value of a header, our own headers included; a call without it is not covered', async () => {
    for (const name of ['X-User', 'cf-aig-session-id']) {
      const gateway = each(`header.${name}`);
      const ask = async (value: string) => (await gateway.ask({ headers: { [name]: value } })).status;
      expect([await ask('a'), await ask('a'), await ask('b')]).toEqual([200, 429, 200]);
      expect(await statuses(gateway, 2)).toEqual([200, 200]);
    }
  });

  test('secrets and names reach the counters only as hashes', async () => {
    const { counters, keys } = watched();
    const per = ['token', 'metadata.user', 'header.authorization'];
    const rules = per.map(
      (per, id) => ({ id: `${id}`, unit: 'requests', limit: 9, intervalSeconds: 60, per }) as const,
    );
    await limited({ traffic: { rateLimits: rules } }, { counters }).ask({
      headers: {
        'cf-aig-authorization': 'Bearer token-test',
        authorization: 'Bearer sk-test-vendor',
        'cf-aig-metadata': '{"user":"jane"}',
      },
    });
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(key).not.toMatch(/token-test|sk-test|jane/);
  });
});

describe('a limit on tokens', () => {
  const rule: RateLimitRule = { id: 'tokens', unit: 'tokens', limit: 100, intervalSeconds: 60 };

  test('counts input and output when a call is over; calls pass while anything is left', async () => {
    const gateway = ruled(rule, { send: () => costing(40, 20) });
    expect(await statuses(gateway, 3)).toEqual([200, 200, 429]);
    gateway.now = T0 + MINUTE;
    expect(await statuses(gateway, 1)).toEqual([200]);
  });

  test('counts in the window in which the call ends', async () => {
    const gateway = ruled(rule, { send: () => costing(100, 0) });
    gateway.now = T0 + MINUTE - 1;
    const asked = gateway.ask();
    gateway.now = T0 + MINUTE;
    await asked;
    await gateway.settled();
    expect(await statuses(gateway, 1)).toEqual([429]);
  });

  test('counts nothing for usage that is not known', async () => {
    expect(await statuses(ruled(rule, { send: () => reply('{}') }), 4)).toEqual([200, 200, 200, 200]);
    expect(await statuses(ruled(rule, { send: () => costing(null, 100) }), 2)).toEqual([200, 429]);
  });

  test('counts nothing for an answer from the cache', async () => {
    const body = new TextEncoder().encode('{"usage":{"inputTokens":900,"outputTokens":1}}');
    const cache: Plugin = {
      name: 'cache',
      stage: 'cache',
      setup: () => ({
        handle: () => ({ type: 'bytes', status: 200, headers: {}, source: 'cache', protocol: language, body }),
      }),
    };
    expect(await statuses(ruled(rule, { inside: [cache] }), 3)).toEqual([200, 200, 200]);
  });

  test('is held for each', async () => {
    const gateway = ruled({ ...rule, per: 'header.x-user' }, { send: () => costing(100, 0) });
    const ask = async (user: string) => {
      const { status } = await gateway.ask({ headers: { 'x-user': user } });
      await gateway.settled();
      return status;
    };
    expect([await ask('a'), await ask('a'), await ask('b')]).toEqual([200, 429, 200]);
  });
});

describe('a limit on calls at a time', () => {
  const rule: RateLimitRule = { id: 'slots', unit: 'concurrency', limit: 1 };

  test('holds a slot from the beginning of a call to its end', async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = ruled(rule, { send: () => gate.promise.then(() => reply('{}')) });
    const first = gateway.ask();
    const refused = await gateway.ask();
    expect(refused.status).toBe(429);
    expect(quotaOf(refused)).toEqual({
      'retry-after': '1',
      'ratelimit-limit': '1',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '1',
      'ratelimit-policy': '1;comment="at a time"',
    });
    expect(((await refused.json()) as { message: string }).message).toContain('allows 1 calls at a time');
    gate.resolve();
    expect((await first).status).toBe(200);
    await gateway.settled();
    expect(await statuses(gateway, 1)).toEqual([200]);
  });

  test('gives the slot back after a failure, and when another plugin refuses', async () => {
    const failing = ruled(rule, { send: () => Promise.reject(new Error('broken')) });
    expect(await statuses(failing, 3)).toEqual([500, 500, 500]);
    expect(failing.sent).toBe(3);
    const strict: Plugin = {
      name: 'strict',
      stage: 'guard',
      setup: () => ({
        admit: () => {
          throw new Error('never');
        },
      }),
    };
    const refusing = ruled(rule, { inside: [strict] });
    expect(await statuses(refusing, 3)).toEqual([500, 500, 500]);
  });

  test('frees the slot of a process that was killed after the interval', async () => {
    const counters = memoryCounters();
    const stuck = () => ({ counters, send: () => new Promise<never>(() => {}) });
    void ruled({ ...rule, intervalSeconds: 30 }, stuck()).ask();
    const gateway = ruled({ ...rule, intervalSeconds: 30 }, { counters });
    expect(await statuses(gateway, 1)).toEqual([429]);
    gateway.now = T0 + 30_000;
    expect(await statuses(gateway, 1)).toEqual([200]);
  });
});

describe('counters that are away', () => {
  const settings = { rateLimitingLimit: 1, rateLimitingInterval: 60 };
  afterEach(() => void vi.useRealTimers());

  test('let calls through unless told otherwise, and the operator is told once per outage', async () => {
    const { counters, fail } = breakable();
    const gateway = limited(settings, { counters });
    fail(true);
    expect(await statuses(gateway, 3)).toEqual([200, 200, 200]);
    expect(gateway.reports).toEqual([expect.stringContaining('Calls pass uncounted')]);
    fail(false);
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
    fail(true);
    expect(await statuses(gateway, 1)).toEqual([200]);
    expect(gateway.reports).toHaveLength(2);
  });

  test('refuse calls with 503 where that is wanted, and let them in again when they are back', async () => {
    const { counters, fail } = breakable();
    const gateway = limited(settings, { counters, failOpen: false });
    fail(true);
    const refused = await gateway.ask();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(((await refused.json()) as { message: string }).message).toContain('gateway "prod"');
    expect(gateway.reports).toEqual([expect.stringContaining('refused with 503')]);
    expect(gateway.sent).toBe(0);
    fail(false);
    expect(await statuses(gateway, 2)).toEqual([200, 429]);
  });

  test('do not touch gateways without limits', async () => {
    const { counters, fail } = breakable();
    fail(true);
    expect(await statuses(limited({}, { counters, failOpen: false }), 1)).toEqual([200]);
  });

  test('keep nobody waiting when they don’t answer at all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const take = vi.fn(() => new Promise<never>(() => {}));
    const gateway = limited(settings, { counters: { ...memoryCounters(), take }, failOpen: false });
    const lapse = async () => {
      gateway.now += 1000;
      await vi.advanceTimersByTimeAsync(1000);
    };
    const waiting = gateway.ask();
    await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(1));
    await lapse();
    expect((await waiting).status).toBe(503);
    // They are left alone for a second, then one call finds out whether they are back and the others don't wait.
    expect((await gateway.ask()).status).toBe(503);
    expect(take).toHaveBeenCalledTimes(1);
    gateway.now += 1000;
    const probing = gateway.ask();
    await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(2));
    expect((await gateway.ask()).status).toBe(503);
    expect(take).toHaveBeenCalledTimes(2);
    await lapse();
    expect((await probing).status).toBe(503);
    expect(gateway.reports).toHaveLength(1);
  });

  test('at the end of a call hurt nobody', async () => {
    const { counters, fail } = breakable();
    const rules = [
      { id: 'tokens', unit: 'tokens', limit: 10, intervalSeconds: 60 },
      { id: 'slots', unit: 'concurrency', limit: 10 },
    ] as const;
    const send = () => {
      fail(true);
      return costing(1, 1);
    };
    const gateway = limited({ traffic: { rateLimits: rules } }, { counters, send });
    expect(await statuses(gateway, 1)).toEqual([200]);
    expect(gateway.reports).toEqual([expect.stringContaining('give no answer')]);
  });
});

test('counters that answer at once keep no promise between a call and its body', () => {
  const host = { now: () => T0, report: () => {}, digest: ([text]: readonly unknown[]) => String(text) };
  const hooks = rateLimit({ counters: memoryCounters() }).setup(host as never);
  const rateLimits = [
    { id: 'a', unit: 'requests', limit: 9, intervalSeconds: 60 },
    { id: 'b', unit: 'requests', limit: 9, intervalSeconds: 60, per: 'header.x-user' },
  ];
  const set = vi.fn();
  const call = {
    gateway: { account: 'a', id: 'g', traffic: { rateLimits } },
    headers: { 'x-user': 'u' },
    state: { set },
  };
  expect(hooks.admit?.(call as never)).toBeUndefined();
  expect(set).toHaveBeenCalledOnce();
});

interface Setup extends Partial<RateLimitOptions>, Pick<TestGatewayOptions, 'compat' | 'send'> {
  readonly before?: readonly Plugin[];
  readonly inside?: readonly Plugin[];
}

function limited(settings: Partial<GatewaySettings>, setup: Setup = {}): TestGateway {
  const { compat, send, before = [], inside = [], ...options } = setup;
  return startGateway({
    settings,
    plugins: [...before, rateLimit({ counters: memoryCounters(), ...options }), ...inside],
    ...(compat && { compat }),
    ...(send && { send }),
  });
}

function ruled(...parts: (RateLimitRule | Setup)[]): TestGateway {
  const rateLimits = parts.filter((part) => 'unit' in part);
  return limited({ traffic: { rateLimits } }, Object.assign({}, ...parts.filter((part) => !('unit' in part))));
}

/** One request a minute for each. */
function each(per: string, settings: Partial<GatewaySettings> = {}, setup: Setup = {}): TestGateway {
  const rateLimits = [{ id: 'each', unit: 'requests', limit: 1, intervalSeconds: 60, per }] as const;
  return limited({ ...settings, traffic: { rateLimits } }, setup);
}

async function statuses(gateway: TestGateway, calls: number): Promise<number[]> {
  const seen: number[] = [];
  for (let call = 0; call < calls; call++) {
    seen.push((await gateway.ask()).status);
    await gateway.settled();
  }
  return seen;
}

function quotaOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => /^(ratelimit|retry-after)/.test(name)));
}

/** Counters that fail while they are told to. */
function breakable(): { counters: Counters; fail(wanted: boolean): void } {
  const { take, add, release } = memoryCounters();
  let isBroken = false;
  const breaking =
    <Args extends unknown[], Result>(work: (...args: Args) => Result) =>
    async (...args: Args): Promise<Awaited<Result>> => {
      if (isBroken) throw new Error('connection refused');
      return await work(...args);
    };
  const counters = { take: breaking(take), add: breaking(add), release: breaking(release) };
  return {
    counters,
    fail: (wanted) => {
      isBroken = wanted;
    },
  };
}

/** Counters that tell which keys they were asked for. */
function watched(): { counters: Counters; keys: string[] } {
  const keys: string[] = [];
  const inner = memoryCounters();
  const take: Counters['take'] = (demands, options) => {
    keys.push(...demands.map(({ key }) => key));
    return inner.take(demands, options);
  };
  return { counters: { ...inner, take }, keys };
}
