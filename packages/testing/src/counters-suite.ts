import type { CounterDemand, Counters, CounterVerdict } from '@sluice/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** A place where counts are kept, under test. */
export interface CountersSubject {
  /** Opens it. Every call plays another process on the same counts; what lives in one process hands out the same again. */
  connect(): Promise<Counters>;
  /** Takes it away, when its counters are closed. */
  dispose(): Promise<void>;
}

/** What all counters promise. Call it at the top of a test file; each test counts under keys of its own. */
export function testCounters(create: () => Promise<CountersSubject>): void {
  const world = new World();
  beforeAll(async () => world.start(await create()), START_MS);
  afterAll(() => world.stop());
  describe('fixed windows', () => testFixed(world));
  describe('sliding windows', () => testSliding(world));
  describe('slots', () => testSlots(world));
  describe('several demands', () => testSeveral(world));
  describe('everybody at once', () => testCrowd(world));
}

const START_MS = 120_000;
const MINUTE = 60_000;
/** The beginning of a minute. */
const T0 = 1_700_000_040_000;

/** Two processes on the same counts. */
class World {
  #subject: CountersSubject | undefined;
  #processes: Counters[] = [];
  #keys = 0;

  async start(subject: CountersSubject): Promise<void> {
    this.#subject = subject;
    this.#processes = await Promise.all([subject.connect(), subject.connect()]);
  }

  async stop(): Promise<void> {
    for (const counters of new Set(this.#processes)) await counters.close?.();
    await this.#subject?.dispose();
  }

  get here(): Counters {
    return this.#process(0);
  }

  get elsewhere(): Counters {
    return this.#process(1);
  }

  /** A demand for one of ten in a minute, under a key that nobody had before. All keys of a suite share their scope. */
  demand(parts: Partial<CounterDemand> = {}): CounterDemand {
    const key = `suite|key-${++this.#keys}`;
    return { key, limit: 10, windowMs: MINUTE, technique: 'fixed', amount: 1, ...parts };
  }

  #process(index: number): Counters {
    const counters = this.#processes[index];
    if (counters === undefined) throw new Error('The counters under test did not start.');
    return counters;
  }
}

function testFixed(world: World): void {
  test('what is within the limit passes, what is beyond does not and is not counted', async () => {
    const demand = world.demand({ limit: 2 });
    expect(await take(world.here, demand, T0)).toEqual(passed({ used: 1, resetsAt: T0 + MINUTE }));
    expect(await take(world.elsewhere, demand, T0 + 1)).toEqual(passed({ used: 2, resetsAt: T0 + MINUTE }));
    const refused = { allowed: false, standings: [{ hasRoom: false, used: 2, resetsAt: T0 + MINUTE }] };
    expect(await take(world.here, demand, T0 + 2)).toEqual(refused);
    expect(await take(world.elsewhere, demand, T0 + 3)).toEqual(refused);
  });

  test('windows begin at multiples of their length, not at the first call', async () => {
    const demand = world.demand({ limit: 1 });
    expect((await take(world.here, demand, T0 + MINUTE - 1)).allowed).toBe(true);
    expect((await take(world.here, demand, T0 + MINUTE)).allowed).toBe(true);
    expect(await take(world.here, demand, T0 + 2 * MINUTE - 1)).toMatchObject({
      allowed: false,
      standings: [{ resetsAt: T0 + 2 * MINUTE }],
    });
  });

  test('a window later than the next is empty too', async () => {
    const demand = world.demand({ limit: 1 });
    await take(world.here, demand, T0);
    expect(await take(world.here, demand, T0 + 5 * MINUTE)).toEqual(passed({ used: 1, resetsAt: T0 + 6 * MINUTE }));
  });

  test('a process whose clock is a little behind counts in the window that others have begun', async () => {
    const demand = world.demand({ limit: 1 });
    await take(world.here, demand, T0 + MINUTE);
    expect((await take(world.elsewhere, demand, T0 + MINUTE - 5)).allowed).toBe(false);
  });

  test('a clock that was far ahead does not hold up those that are right', async () => {
    const demand = world.demand({ limit: 1 });
    await take(world.elsewhere, demand, T0 + 1000 * MINUTE);
    expect((await take(world.here, demand, T0)).allowed).toBe(true);
  });

  test('amounts count as what they are', async () => {
    const demand = world.demand({ amount: 4 });
    await take(world.here, demand, T0);
    expect((await take(world.here, demand, T0)).standings[0]?.used).toBe(8);
    expect((await take(world.here, demand, T0)).allowed).toBe(false);
    expect((await take(world.here, { ...demand, amount: 2 }, T0)).allowed).toBe(true);
  });

  test('an amount of 0 asks for room for anything at all, and counts nothing', async () => {
    const demand = world.demand({ limit: 1, amount: 0 });
    expect(await take(world.here, demand, T0)).toEqual(passed({ used: 0, resetsAt: T0 + MINUTE }));
    expect((await take(world.here, demand, T0)).allowed).toBe(true);
    await take(world.here, { ...demand, amount: 1 }, T0);
    expect((await take(world.here, demand, T0)).allowed).toBe(false);
  });

  test('what was used is added beyond the limit, and counts until the window ends', async () => {
    const demand = world.demand({ amount: 0 });
    await world.here.add([{ ...demand, amount: 25 }], { now: T0 });
    expect(await take(world.elsewhere, demand, T0 + 1)).toMatchObject({
      allowed: false,
      standings: [{ used: 25, resetsAt: T0 + MINUTE }],
    });
    expect((await take(world.elsewhere, demand, T0 + MINUTE)).allowed).toBe(true);
  });

  test('a limit of 0 lets nothing through', async () => {
    expect((await take(world.here, world.demand({ limit: 0 }), T0)).allowed).toBe(false);
  });

  test('other keys are other counts, and so are other lengths', async () => {
    const demand = world.demand({ limit: 1 });
    await take(world.here, demand, T0);
    expect((await take(world.here, world.demand({ limit: 1 }), T0)).allowed).toBe(true);
    expect((await take(world.here, { ...demand, windowMs: 2 * MINUTE }, T0)).allowed).toBe(true);
  });

  test('a limit that was changed counts on', async () => {
    const demand = world.demand({ limit: 1 });
    await take(world.here, demand, T0);
    expect((await take(world.here, { ...demand, limit: 2 }, T0)).allowed).toBe(true);
  });

  test('a key may be any text', async () => {
    for (const key of ['suite|"\'\\{}%_\n', 'suite|日本語', 'suite|__proto__']) {
      const demand = world.demand({ key, limit: 1 });
      expect((await take(world.here, demand, T0)).allowed).toBe(true);
      expect((await take(world.here, demand, T0)).allowed).toBe(false);
    }
  });
}

function testSliding(world: World): void {
  test('the window before counts by the part of it that is still in sight', async () => {
    const demand = world.demand({ technique: 'sliding' });
    for (let call = 0; call < 8; call++) await take(world.here, demand, T0 + 50_000);
    const standing = async (now: number) => (await take(world.elsewhere, { ...demand, amount: 0 }, now)).standings[0];
    expect((await standing(T0 + MINUTE))?.used).toBe(8);
    expect((await standing(T0 + MINUTE + 15_000))?.used).toBe(6);
    expect((await standing(T0 + MINUTE + 45_000))?.used).toBe(2);
    expect((await standing(T0 + 2 * MINUTE))?.used).toBe(0);
  });

  test('both windows together are held to the limit', async () => {
    const demand = world.demand({ technique: 'sliding' });
    for (let call = 0; call < 10; call++) await take(world.here, demand, T0);
    // Half of ten has faded, so five fit.
    const verdicts = [];
    for (let call = 0; call < 7; call++) verdicts.push(await take(world.here, demand, T0 + MINUTE + 30_000));
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false]);
  });

  test('it is said when there is room again, and there is none a moment earlier', async () => {
    const full = async (calls: number, amount: number): Promise<CounterDemand> => {
      const demand = world.demand({ technique: 'sliding', amount });
      for (let call = 0; call < calls; call++) await take(world.here, { ...demand, amount: 1 }, T0);
      return demand;
    };
    const cases = [
      { demand: await full(10, 1), now: T0 + 10_000, roomAt: T0 + MINUTE + 6000 },
      { demand: await full(10, 1), now: T0 + MINUTE + 1000, roomAt: T0 + MINUTE + 6000 },
      { demand: await full(10, 3), now: T0 + MINUTE, roomAt: T0 + MINUTE + 18_000 },
      { demand: await full(7, 4), now: T0 + MINUTE - 1, roomAt: T0 + MINUTE + Math.ceil(MINUTE / 7) },
      { demand: await full(10, 0), now: T0, roomAt: T0 + MINUTE + 1 },
    ];
    for (const { demand, now, roomAt } of cases) {
      const refused = await take(world.here, demand, now);
      expect(refused).toMatchObject({ allowed: false, standings: [{ resetsAt: roomAt }] });
      expect((await take(world.here, demand, roomAt - 1)).allowed).toBe(false);
      expect((await take(world.here, demand, roomAt)).allowed).toBe(true);
    }
  });
}

function testSlots(world: World): void {
  test('a slot is held until it is given back', async () => {
    const demand = world.demand({ technique: 'concurrent', limit: 2 });
    expect(await take(world.here, demand, T0, 'a')).toEqual(passed({ used: 1, resetsAt: T0 + MINUTE }));
    await take(world.elsewhere, demand, T0 + 1, 'b');
    expect(await take(world.here, demand, T0 + 2, 'c')).toMatchObject({
      allowed: false,
      standings: [{ used: 2, resetsAt: T0 + MINUTE }],
    });
    await world.elsewhere.release([demand], { now: T0 + 3, lease: 'b' });
    expect((await take(world.here, demand, T0 + 4, 'c')).allowed).toBe(true);
  });

  test('a slot that is given back twice is given back once, and nobody can give back another’s', async () => {
    const demand = world.demand({ technique: 'concurrent', limit: 2 });
    await take(world.here, demand, T0, 'a');
    await take(world.here, demand, T0, 'b');
    for (const lease of ['a', 'a', 'stranger']) await world.here.release([demand], { now: T0, lease });
    expect((await take(world.here, demand, T0, 'c')).allowed).toBe(true);
    expect((await take(world.here, demand, T0, 'd')).allowed).toBe(false);
  });

  test('a slot that nobody gives back is free when its time is over', async () => {
    const demand = world.demand({ technique: 'concurrent', limit: 1 });
    await take(world.here, demand, T0, 'killed');
    expect((await take(world.elsewhere, demand, T0 + MINUTE - 1, 'b')).allowed).toBe(false);
    expect((await take(world.elsewhere, demand, T0 + MINUTE, 'b')).allowed).toBe(true);
  });

  test('a lease may take several slots, and gives all of them back', async () => {
    const demand = world.demand({ technique: 'concurrent', limit: 3, amount: 2 });
    await take(world.here, demand, T0, 'a');
    expect((await take(world.here, demand, T0, 'b')).allowed).toBe(false);
    await world.here.release([demand], { now: T0, lease: 'a' });
    expect((await take(world.here, demand, T0, 'b')).standings[0]?.used).toBe(2);
  });

  test('adding takes no slot', async () => {
    const demand = world.demand({ technique: 'concurrent', limit: 1 });
    await world.here.add([demand], { now: T0 });
    expect((await take(world.here, demand, T0)).allowed).toBe(true);
  });
}

function testSeveral(world: World): void {
  test('all of them are counted or none', async () => {
    const wide = world.demand();
    const narrow = world.demand({ limit: 1 });
    const slot = world.demand({ technique: 'concurrent' });
    const all = [wide, narrow, slot];
    const options = (lease: string) => ({ now: T0, lease });
    expect((await world.here.take(all, options('a'))).allowed).toBe(true);
    const refused = await world.here.take(all, options('b'));
    expect(refused.allowed).toBe(false);
    expect(refused.standings.map(({ hasRoom }) => hasRoom)).toEqual([true, false, true]);
    expect(refused.standings.map(({ used }) => used)).toEqual([1, 1, 1]);
    expect((await world.here.take([wide, slot], options('c'))).standings.map(({ used }) => used)).toEqual([2, 2]);
  });

  test('verdicts come in the order of the demands', async () => {
    const demands = [world.demand({ amount: 3 }), world.demand({ amount: 1 }), world.demand({ amount: 2 })];
    const forwards = await world.here.take(demands, { now: T0, lease: '' });
    expect(forwards.standings.map(({ used }) => used)).toEqual([3, 1, 2]);
    const backwards = await world.here.take(demands.toReversed(), { now: T0, lease: '' });
    expect(backwards.standings.map(({ used }) => used)).toEqual([4, 2, 6]);
  });

  test('several are added and given back together', async () => {
    const [tokens, more] = [world.demand({ amount: 7 }), world.demand({ amount: 9 })];
    await world.here.add([tokens, more], { now: T0 });
    const slots = [world.demand({ technique: 'concurrent' }), world.demand({ technique: 'concurrent' })];
    await world.here.take(slots, { now: T0, lease: 'a' });
    await world.here.release(slots, { now: T0, lease: 'a' });
    const look = [tokens, more, ...slots].map((demand) => ({ ...demand, amount: 0 }));
    const { standings } = await world.elsewhere.take(look, { now: T0, lease: 'b' });
    expect(standings.map(({ used }) => used)).toEqual([7, 9, 0, 0]);
  });

  test('no demands at all pass', async () => {
    expect(await world.here.take([], { now: T0, lease: '' })).toEqual({ allowed: true, standings: [] });
  });
}

function testCrowd(world: World): void {
  const crowd = async (demands: (call: number) => CounterDemand[], calls: number): Promise<number> => {
    const verdicts = await Promise.all(
      Array.from({ length: calls }, (_, call) => {
        const process = call % 2 === 0 ? world.here : world.elsewhere;
        return process.take(demands(call), { now: T0 + 30_000, lease: String(call) });
      }),
    );
    return verdicts.filter(({ allowed }) => allowed).length;
  };

  test.each(['fixed', 'sliding', 'concurrent'] as const)(
    'of a crowd exactly the limit gets through: %s',
    async (technique) => {
      const demand = world.demand({ technique, limit: 37 });
      expect(await crowd(() => [demand], 300)).toBe(37);
    },
  );

  test('demands that cross each other’s way neither block nor let too many through', async () => {
    const [left, right] = [world.demand({ limit: 20 }), world.demand({ limit: 20 })];
    expect(await crowd((call) => (call % 4 < 2 ? [left, right] : [right, left]), 200)).toBe(20);
  });
}

async function take(counters: Counters, demand: CounterDemand, now: number, lease = 'lease'): Promise<CounterVerdict> {
  return counters.take([demand], { now, lease });
}

function passed(standing: { used: number; resetsAt: number }): CounterVerdict {
  return { allowed: true, standings: [{ hasRoom: true, ...standing }] };
}
