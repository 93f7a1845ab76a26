import type { RollupGroup, RollupValue } from '@sluice/storage';
import { addUp, type Sum } from './measures.ts';

/** What a line of a chart or a row of a list is about; null for all calls, and for those without such a value. */
export type Key = RollupValue | null;

/** The groups of one key. */
export interface Keyed {
  readonly key: Key;
  readonly groups: readonly RollupGroup[];
  readonly total: Sum;
}

/** Groups by their key, the greatest first. */
export function byKey(groups: readonly RollupGroup[], weigh: (sum: Sum) => number): Keyed[] {
  const keys = new Map<Key, RollupGroup[]>();
  for (const group of groups) {
    const key = keyOf(group);
    const known = keys.get(key);
    if (known === undefined) keys.set(key, [group]);
    else known.push(group);
  }
  return [...keys]
    .map(([key, found]) => ({ key, groups: found, total: addUp(found) }))
    .sort((a, b) => weigh(b.total) - weigh(a.total) || (String(a.key) < String(b.key) ? -1 : 1));
}

/** The first so many; all others are one more, called like what the roll-ups themselves don't tell apart. */
export function withOthers(keyed: readonly Keyed[], limit: number): Keyed[] {
  const named = keyed.filter(({ key }) => key !== OTHER);
  const kept = named.slice(0, limit);
  const rest = keyed.filter((each) => !kept.includes(each));
  if (rest.length === 0) return kept;
  const groups = rest.flatMap((each) => each.groups);
  return [...kept, { key: OTHER, groups, total: addUp(rest.map(({ total }) => total)) }];
}

/** What it comes to in each step of time, oldest first. Steps without calls are left out. */
export function pointsOf(groups: readonly RollupGroup[]): [start: number, sum: Sum][] {
  const steps = new Map<number, RollupGroup[]>();
  for (const group of groups) {
    const known = steps.get(group.start);
    if (known === undefined) steps.set(group.start, [group]);
    else known.push(group);
  }
  return [...steps].sort(([a], [b]) => a - b).map(([start, found]) => [start, addUp(found)]);
}

const OTHER = '(other)';

function keyOf({ key: [value] }: RollupGroup): Key {
  return value === undefined || value === '' ? null : value;
}
