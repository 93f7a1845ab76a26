import type { ConfigChange, FieldChange } from '@sluice/management';

/** A plan for people: `+` for what is made, `~` for what is changed, `-` for what is taken away. */
export function printedPlan(changes: readonly ConfigChange[]): string {
  if (changes.length === 0) return 'No changes: the account is as the file says.';
  const lines = changes.flatMap((change) => [
    `${SIGNS[change.action]} ${change.kind} ${change.id}`,
    ...change.fields.map((field) => `    ${printedField(change, field)}`),
  ]);
  const counted = (['create', 'update', 'delete'] as const).map(
    (action) => `${changes.filter((change) => change.action === action).length} to ${action}`,
  );
  return [...lines, '', `${counted.join(', ')}.`].join('\n');
}

const SIGNS = { create: '+', update: '~', delete: '-' } as const;

function printedField({ action }: ConfigChange, { path, before, after }: FieldChange): string {
  if (after === '[secret]') return `${path}: a secret`;
  if (action === 'create') return `${path}: ${JSON.stringify(after)}`;
  return `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
}
