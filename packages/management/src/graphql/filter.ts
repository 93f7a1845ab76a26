import type { RollupFilter, RollupValue } from '@sluice/storage';
import { GraphQLError } from 'graphql';
import type { DimensionSpec, NodeSpec } from './nodes.ts';

/** A filter in the storage's words, and the stretch of time that it leaves. */
export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly filter: RollupFilter;
}

/** Reads the `filter` of a node. Throws for what can't be asked. */
export function readFilter(filter: unknown, node: NodeSpec): Wanted {
  const span = { from: 0, to: Number.MAX_SAFE_INTEGER };
  return { filter: readAll(filter ?? {}, node, span), ...span };
}

interface Span {
  from: number;
  to: number;
}

/** Within `OR` there is no span: time narrows all of it or nothing. */
function readAll(filter: unknown, node: NodeSpec, span: Span | undefined): RollupFilter {
  if (typeof filter !== 'object' || filter === null) throw new GraphQLError('A filter must be an object.');
  const all = Object.entries(filter).flatMap(([name, value]): RollupFilter[] => {
    if (value === null || value === undefined) return [];
    if (name === 'AND') return listOf(value).map((each) => readAll(each, node, span));
    if (name === 'OR') return [{ any: listOf(value).map((each) => readAll(each, node, undefined)) }];
    return readOne(name, value, node, span);
  });
  return { all };
}

function readOne(name: string, value: unknown, { dimensions }: NodeSpec, span: Span | undefined): RollupFilter[] {
  const [stem = '', operator = ''] = name.split('_');
  const dimension = dimensions.find((each) => each.name === stem);
  if (dimension === undefined || typeof dimension.source === 'string') return [];
  if ('step' in dimension.source) {
    if (span === undefined) throw new GraphQLError(`${name} can't stand within OR: put it beside.`);
    narrow(span, operator, readTime(name, value), dimension.source.step);
    return [];
  }
  const column = dimension.source.column;
  if (operator === 'in') {
    return [
      { dimension: column, operator: 'in', value: listOf(value).map((each) => readValue(name, each, dimension)) },
    ];
  }
  const known = readValue(name, value, dimension);
  if (typeof known === 'boolean' && operator !== '' && operator !== 'neq') {
    throw new GraphQLError(`${name} compares what is only yes or no: use ${stem}, ${stem}_neq or ${stem}_in.`);
  }
  return [{ dimension: column, operator: operatorOf(operator), value: known }];
}

/** A step counts by its beginning: those are left whose beginning compares as asked. */
function narrow(span: Span, operator: string, time: number, step: number): void {
  const floor = time - (time % step);
  const ceiling = floor === time ? time : floor + step;
  // A moment within the day or minute is compared as it is: `datetime` may be any.
  if (operator === 'geq') span.from = Math.max(span.from, ceilingOf(step, time, ceiling));
  if (operator === 'gt') span.from = Math.max(span.from, floor + step);
  if (operator === 'lt') span.to = Math.min(span.to, ceiling);
  if (operator === 'leq') span.to = Math.min(span.to, floor + step);
  if (operator === '') {
    span.from = Math.max(span.from, floor);
    span.to = Math.min(span.to, floor + step);
  }
}

/** Boards ask from a second within a minute on, and want that minute. */
function ceilingOf(step: number, time: number, ceiling: number): number {
  return step === MINUTE_MS ? time - (time % step) : ceiling;
}

const MINUTE_MS = 60_000;

function readTime(name: string, value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time) || time < 0) {
    throw new GraphQLError(`${name} must be a time such as "2026-01-31T12:00:00Z" or a date such as "2026-01-31".`);
  }
  return time;
}

/** Variables come as they are, so what they are is looked at here. */
function readValue(name: string, value: unknown, { type, source }: DimensionSpec): RollupValue {
  const column = typeof source === 'object' && 'column' in source ? source.column : undefined;
  if (type === 'string' && typeof value === 'string') {
    if (column !== 'cached') return value;
    if (value === 'hit' || value === 'miss') return value === 'hit';
    throw new GraphQLError(`${name} must be "hit" or "miss".`);
  }
  if (type === 'uint8' && (value === 0 || value === 1 || typeof value === 'boolean')) return Boolean(value);
  if (type === 'uint16' && Number.isInteger(value)) return value as number;
  throw new GraphQLError(`${name} must be ${SAID[type] ?? type}.`);
}

const SAID: Readonly<Record<string, string>> = { string: 'text', uint8: '0 or 1', uint16: 'a whole number' };

function operatorOf(operator: string): 'eq' | 'neq' | 'lt' | 'leq' | 'gt' | 'geq' | 'like' {
  switch (operator) {
    case 'neq':
    case 'lt':
    case 'leq':
    case 'gt':
    case 'geq':
    case 'like':
      return operator;
    default:
      return 'eq';
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
