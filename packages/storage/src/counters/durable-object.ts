import type { CounterDemand, Counters, CounterVerdict } from '@sluice/core';
import { type CounterTask, countersOf } from './task.ts';

export { CounterObject } from './counter-object.ts';

/** What is needed of a Durable Object namespace bound to the class `CounterObject`. */
export interface CounterNamespace<Id> {
  idFromName(name: string): Id;
  get(id: Id): { fetch(url: string, init: { method: string; body: string }): Promise<CounterResponse> };
}

interface CounterResponse {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

/**
 * Counts in Durable Objects, one for each scope: what stands before the first `|` of a key, or the whole key. One
 * decision is one request to one object, so the keys of a `take` share their scope.
 */
export function durableObjectCounters<Id>(namespace: CounterNamespace<Id>): Counters {
  const ask = async (scope: string, task: CounterTask): Promise<CounterVerdict | undefined> => {
    const object = namespace.get(namespace.idFromName(scope));
    const response = await object.fetch('https://counters/', { method: 'POST', body: JSON.stringify(task) });
    if (!response.ok) throw new Error(`The object of the counters "${scope}" answered ${response.status}.`);
    return ((await response.json()) as { verdict?: CounterVerdict }).verdict;
  };
  return countersOf(async (task) => {
    const scopes = byScope(task.demands);
    const [only] = scopes.keys();
    if (only === undefined) return { allowed: true, standings: [] };
    if (scopes.size === 1) return await ask(only, task);
    if (task.type === 'take') throw new Error(`Keys of one decision share a scope. These have ${scopes.size}.`);
    await Promise.all([...scopes].map(([scope, demands]) => ask(scope, { ...task, demands })));
    return undefined;
  });
}

function byScope(demands: readonly CounterDemand[]): Map<string, CounterDemand[]> {
  return Map.groupBy(demands, ({ key }) => key.split('|', 1)[0] ?? key);
}
