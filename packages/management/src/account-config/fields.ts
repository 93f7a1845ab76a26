import type { JsonValue } from '@sluice/storage';
import { SECRET_FIELDS } from '../problems.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { FieldChange } from './types.ts';

/** The fields in which two views differ, lists taken as a whole. Secrets are only said to differ. */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): readonly FieldChange[] {
  if (canonical(before) === canonical(after)) return [];
  const isSecret = path.some((name) => SECRET_FIELDS.has(name));
  if (!isSecret && isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => differences(before[name], after[name], [...path, name]));
  }
  const shown = (value: unknown): JsonValue => {
    if (value === undefined || value === null) return null;
    return isSecret ? '[secret]' : withoutSecrets(value);
  };
  return [{ path: path.join('.'), before: shown(before), after: shown(after) }];
}

/** JSON in which the order of names does not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
