import type { AccountChange } from '@sluice/storage';
import type { Change } from '../audit-changes.ts';
import type { ConfigChange } from './types.ts';

/** A change with what carries it out, and what the audit log hears of it. */
export interface PlannedChange extends ConfigChange {
  readonly write: AccountChange;
  readonly audit: Change;
}

/** What is made and changed goes first, what is taken away last, and once. */
export function inOrder(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  const isDelete = ({ action }: PlannedChange): boolean => action === 'delete';
  const deletes = new Map(changes.filter(isDelete).map((change) => [`${change.kind} ${change.audit.id}`, change]));
  return [...changes.filter((change) => !isDelete(change)), ...deletes.values()];
}

/** Whatever of the wanted ones is stored under the same key, one each in their order, and what is stored beyond. */
export function paired<Wanted, Known>(
  wanted: readonly Wanted[],
  known: readonly Known[],
  key: (item: Wanted | Known) => string,
): { readonly pairs: readonly (readonly [Wanted, Known | undefined])[]; readonly beyond: readonly Known[] } {
  const beyond = [...known];
  const pairs = wanted.map((item) => {
    const index = beyond.findIndex((candidate) => key(candidate) === key(item));
    return [item, index < 0 ? undefined : beyond.splice(index, 1)[0]] as const;
  });
  return { pairs, beyond };
}
