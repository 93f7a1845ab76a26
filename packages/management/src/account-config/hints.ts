import { SECRET_FIELDS } from '../problems.ts';

/**
 * Settings with hints in place of what may be a secret: the values of `headers` and `authorization` at any depth. Sent
 * back, a hint stands for the value that it was shown for: see `withoutHints`.
 */
export function withHints<T>(settings: T): T {
  return mapped(settings, undefined, (value) => hintOf(value)) as T;
}

/**
 * What was sent, with the stored values in place of their hints. A hint is looked up at its own place; names the places
 * of those that stand for nothing.
 */
export function withoutHints<T>(sent: T, stored: unknown): { readonly settings: T; readonly strange: readonly Path[] } {
  const strange: Path[] = [];
  const settings = mapped(sent, stored, (value, known, path) => {
    if (!value.includes('…')) return value;
    if (known !== undefined && hintOf(known) === value) return known;
    strange.push(path);
    return value;
  });
  return { settings: settings as T, strange };
}

/** The names and numbers that lead to a value. */
export type Path = readonly (string | number)[];

type Change = (value: string, known: string | undefined, path: Path) => string;

function mapped(value: unknown, known: unknown, change: Change, path: Path = [], isSecret = false): unknown {
  if (typeof value === 'string') return isSecret ? change(value, text(known), path) : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => mapped(item, child(known, index), change, [...path, index], isSecret));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      mapped(item, child(known, name), change, [...path, name], isSecret || SECRET_FIELDS.has(name)),
    ]),
  );
}

function child(known: unknown, name: string | number): unknown {
  if (typeof known !== 'object' || known === null || !Object.hasOwn(known, name)) return undefined;
  return (known as Readonly<Record<string | number, unknown>>)[name];
}

function text(known: unknown): string | undefined {
  return typeof known === 'string' ? known : undefined;
}

/** Of short ones nothing. */
function hintOf(secret: string): string {
  return secret.length < 12 ? '…' : `…${secret.slice(-4)}`;
}
