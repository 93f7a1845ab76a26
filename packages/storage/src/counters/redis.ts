import type { CounterDemand, CounterStanding, Counters } from '@sluice/core';
import { ledgerKey } from './decide.ts';
import { ADD, RELEASE, TAKE } from './redis-scripts.ts';
import { isRoom, windowStanding } from './window.ts';

/** What the counters need of an `ioredis` client; make it with `connectRedis`, or it may keep callers waiting. */
export interface ScriptingRedis {
  defineCommand(name: string, definition: { lua: string }): void;
}

export interface RedisCountersOptions {
  /**
   * Stands before every key; `sluice:counters:` unless set. A Redis Cluster wants the keys of one decision in one hash
   * slot: there it has to hold a hash tag (`{sluice}:counters:`), which puts all counts on one node.
   */
  readonly prefix?: string;
}

/** Counts that many machines share in Redis, one script for each decision. Closing the client is up to who made it. */
export function redisCounters(
  client: ScriptingRedis,
  { prefix = 'sluice:counters:' }: RedisCountersOptions = {},
): Counters {
  const { take, add, release } = scriptsOf(client);
  return {
    async take(demands, { now, lease }) {
      const [allowed, answers] = (await take(...args(prefix, demands, now, lease))) as TakeAnswer;
      const standings = demands.map((demand, index) => {
        const standing = standingOf(demand, answers[index] ?? ['', '', ''], now);
        return allowed === 1 ? { ...standing, used: standing.used + demand.amount } : standing;
      });
      return { allowed: allowed === 1, standings };
    },
    async add(demands, { now }) {
      await add(...args(prefix, demands, now, ''));
    },
    async release(demands, { now, lease }) {
      await release(...args(prefix, demands, now, lease));
    },
  };
}

/** How the scripts answer: Redis knows no fractions, so numbers come as text. */
type TakeAnswer = [allowed: number, answers: (readonly [string, string, string])[]];

type Script = (...args: (string | number)[]) => Promise<unknown>;

function scriptsOf(client: ScriptingRedis): { take: Script; add: Script; release: Script } {
  client.defineCommand('sluiceCountersTake', { lua: TAKE });
  client.defineCommand('sluiceCountersAdd', { lua: ADD });
  client.defineCommand('sluiceCountersRelease', { lua: RELEASE });
  // `defineCommand` has just made these methods.
  const commands = client as unknown as Record<string, Script | undefined>;
  const run =
    (name: string): Script =>
    (...args) =>
      commands[name]?.(...args) ?? Promise.reject(new Error(`The Redis client has no command ${name}.`));
  return { take: run('sluiceCountersTake'), add: run('sluiceCountersAdd'), release: run('sluiceCountersRelease') };
}

function args(prefix: string, demands: readonly CounterDemand[], now: number, lease: string): (string | number)[] {
  return [
    demands.length,
    ...demands.map((demand) => prefix + ledgerKey(demand)),
    now,
    lease,
    ...demands.flatMap(({ technique, limit, windowMs, amount }) => [technique, limit, windowMs, amount]),
  ];
}

function standingOf(demand: CounterDemand, answer: readonly [string, string, string], now: number): CounterStanding {
  const [first, second, third] = answer;
  if (demand.technique !== 'concurrent') {
    const windows = { start: Number(first), current: Number(second), previous: Number(third) };
    return windowStanding(windows, demand, now);
  }
  const used = Number(first);
  const hasRoom = isRoom(used, demand);
  return { hasRoom, used, resetsAt: hasRoom || second === '' ? now + demand.windowMs : Number(second) };
}
