import { type FieldKind, LOG_FIELD_KEYS, logField, storedValue } from './log-field.ts';

/** One condition on rows of the log. Several values stand for any of them; with `neq`, for none of them. */
export interface LogFilter {
  /** A field, `metadata.key`, `metadata.value`, or `metadata.` and the name of an entry. */
  readonly key: string;
  readonly operator: LogOperator;
  readonly value: readonly LogFilterValue[];
}

export type LogOperator = (typeof LOG_OPERATORS)[number];

export type LogFilterValue = string | number | boolean | null;

/** Those of the wire, and two that include the bound. */
export const LOG_OPERATORS = ['eq', 'neq', 'contains', 'lt', 'gt', 'lte', 'gte'] as const;

/** Why rows can't be filtered like this, or undefined when they can. */
export function filterProblem({ key, operator, value }: LogFilter): FilterProblem | undefined {
  const kind = kindOf(key);
  if (kind === undefined) {
    return { part: 'key', message: `There is no filter key "${key}". Choose one of: ${KNOWN_KEYS}.` };
  }
  if (!OPERATORS[kind].includes(operator)) {
    const allowed = OPERATORS[kind].map((name) => `'${name}'`).join(' | ');
    return { part: 'operator', message: `"${key}" is ${NAMES[kind]} and takes ${allowed}, not '${operator}'.` };
  }
  if (value.length === 0) return { part: 'value', message: `The filter on "${key}" needs at least one value.` };
  const wrong = value.find((wanted) => !fits(key, kind, operator, wanted));
  return wrong === undefined
    ? undefined
    : { part: 'value', message: `"${key}" ${EXPECTS[kind]}${but(wrong, operator)}.` };
}

/** Why these filters can't be used together, or undefined when they can. */
export function filtersProblem(filters: readonly LogFilter[]): string | undefined {
  const weight = filters.reduce(
    (sum, { key, value }) => sum + (isMetadata(key) ? 2 + 2 * value.length : value.length),
    0,
  );
  return weight <= MAX_WEIGHT ? undefined : `These filters have too many values for one question: ask several times.`;
}

/** What is wrong with which part of a filter. */
export interface FilterProblem {
  readonly part: 'key' | 'operator' | 'value';
  readonly message: string;
}

/** Whether it looks into the metadata. */
export function isMetadata(key: string): boolean {
  return key.startsWith('metadata.') && key.length > 'metadata.'.length;
}

/** D1 takes a hundred values in one statement, and a list has some of its own. */
const MAX_WEIGHT = 75;

type Kind = FieldKind | 'metadata' | 'metadata key';

function kindOf(key: string): Kind | undefined {
  if (key === 'metadata.key') return 'metadata key';
  return isMetadata(key) ? 'metadata' : logField(key)?.kind;
}

const ORDERED: readonly LogOperator[] = ['eq', 'neq', 'lt', 'gt', 'lte', 'gte'];

const OPERATORS: Readonly<Record<Kind, readonly LogOperator[]>> = {
  text: LOG_OPERATORS,
  flag: ['eq', 'neq'],
  time: ORDERED,
  whole: ORDERED,
  real: ORDERED,
  money: ORDERED,
  feedback: ORDERED,
  metadata: LOG_OPERATORS,
  'metadata key': ['eq', 'neq', 'contains'],
};

const NAMES: Readonly<Record<Kind, string>> = {
  text: 'a text',
  flag: 'true or false',
  time: 'a time',
  whole: 'a number',
  real: 'a number',
  money: 'a number',
  feedback: 'a number',
  metadata: 'metadata',
  'metadata key': 'a key of the metadata',
};

const EXPECTS: Readonly<Record<Kind, string>> = {
  text: 'is compared with a text',
  flag: 'is true or false',
  time: 'is compared with a date or time like 2026-10-01T08:00:00Z',
  whole: 'is compared with a number',
  real: 'is compared with a number',
  money: 'is compared with a number of US dollars',
  feedback: 'is compared with a number',
  metadata: 'is compared with a text, a number, true or false',
  'metadata key': 'is compared with a text',
};

const KNOWN_KEYS = [...LOG_FIELD_KEYS, 'metadata.key', 'metadata.value', 'metadata.{name}'].join(', ');

function fits(key: string, kind: Kind, operator: LogOperator, value: LogFilterValue): boolean {
  // Null is a state, not a value: equal to it or not, and nothing in between.
  if (value === null) return (operator === 'eq' || operator === 'neq') && !INDEPENDENT.has(key);
  return kind === 'metadata' || kind === 'metadata key' || storedValue(kind, value) !== undefined;
}

/** They ask for any entry, and an entry that is not there has neither. */
const INDEPENDENT: ReadonlySet<string> = new Set(['metadata.key', 'metadata.value']);

/** Long values are not repeated: keys get pasted into the wrong field. */
function but(value: LogFilterValue, operator: LogOperator): string {
  if (value === null) return `; '${operator}' can't be said of null`;
  const text = String(value);
  return text.length <= 20 ? `, not '${text}'` : `, not ${text.length} characters of something else`;
}
