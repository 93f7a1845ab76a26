import { filterProblem, filtersProblem, LOG_OPERATORS, type LogFilter } from '@sluice/storage';
import { z } from 'zod';

const NO_VALUE = { error: 'A value of a filter is a text, a number, true, false or null.' };

/** Conditions on rows of the log, all of which a row has to fulfil. */
export const logFilters: z.ZodType<readonly LogFilter[]> = z
  .array(
    z
      .strictObject({
        key: z.string(),
        operator: z.enum(LOG_OPERATORS),
        value: z.preprocess(listOf, z.array(z.union([z.string(), z.number(), z.boolean(), z.null()], NO_VALUE))),
      })
      .superRefine((filter, context) => {
        const problem = filterProblem(filter);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem.message, path: [problem.part] });
      }),
  )
  .superRefine((filters, context) => {
    const message = filtersProblem(filters);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** Whether a query parameter is a part of the filters, in any of their encodings. */
export function isFilterPart(name: string): boolean {
  return name === 'filters' || INDEXED.test(name) || FLAT.test(name);
}

/**
 * The filters of a query as a list that nobody has checked yet: JSON, `filters[0][key]=…`, or what the official client
 * makes of a list, `filters.key=…&filters.operator=…&filters.value=…` again and again.
 */
export function readFilters(parts: readonly (readonly [name: string, value: string])[]): unknown {
  const whole = parts.filter(([name]) => name === 'filters').map(([, text]) => parsed(text));
  if (whole.some((value) => typeof value !== 'object' || value === null)) return whole.length === 1 ? whole[0] : whole;
  const flat = parts.flatMap(([name, value]): Part[] => {
    const part = FLAT.exec(name)?.[1];
    return part === undefined ? [] : [[part as PartName, value]];
  });
  return [...whole.flat(), ...indexed(parts), ...grouped(flat)];
}

type PartName = 'key' | 'operator' | 'value';
type Part = readonly [name: PartName, value: string];

interface Draft {
  key?: string;
  operator?: string;
  value?: string[];
}

const INDEXED =
  /^filters(?:\[(\d{1,3})\]|\.(\d{1,3}))(?:\[(key|operator|value)\]|\.(key|operator|value))(?:\[\d*\]|\.\d+)?$/;
const FLAT = /^filters(?:\.|\[)(key|operator|value)\]?(?:\[\d*\])?$/;

function listOf(value: unknown): unknown {
  return value === undefined || Array.isArray(value) ? value : [value];
}

/** What is no JSON stays as it is, for the schema to complain about. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function indexed(parts: readonly (readonly [name: string, value: string])[]): Draft[] {
  const drafts = new Map<number, Draft>();
  for (const [name, value] of parts) {
    const found = INDEXED.exec(name);
    if (found === null) continue;
    const index = Number(found[1] ?? found[2]);
    const draft = drafts.get(index) ?? {};
    drafts.set(index, draft);
    add(draft, [(found[3] ?? found[4]) as PartName, value]);
  }
  return [...drafts].sort(([a], [b]) => a - b).map(([, draft]) => draft);
}

/** The parts of one filter stand together, and only values repeat: what comes again begins the next filter. */
function grouped(parts: readonly Part[]): Draft[] {
  const drafts: Draft[] = [];
  let last: PartName | undefined;
  for (const part of parts) {
    const [name] = part;
    const draft = drafts.at(-1);
    const isAnother = draft === undefined || (draft[name] !== undefined && !(name === 'value' && last === 'value'));
    if (isAnother) drafts.push({});
    add(drafts.at(-1) ?? {}, part);
    last = name;
  }
  return drafts.every(isWhole) ? drafts : paired(parts);
}

/** All keys, then all operators, then all values: the first go together, and what is left of the values goes with the last. */
function paired(parts: readonly Part[]): Draft[] {
  const of = (wanted: PartName) => parts.filter(([name]) => name === wanted).map(([, value]) => value);
  const [keys, operators, values] = [of('key'), of('operator'), of('value')];
  return Array.from({ length: Math.max(keys.length, operators.length, 1) }, (_, index) => {
    const isLast = index === keys.length - 1;
    const value = values.slice(index, isLast ? undefined : index + 1);
    const [key, operator] = [keys[index], operators[index]];
    return {
      ...(key !== undefined && { key }),
      ...(operator !== undefined && { operator }),
      ...(value.length > 0 && { value }),
    };
  });
}

function add(draft: Draft, [name, value]: Part): void {
  if (name === 'value') draft.value = [...(draft.value ?? []), value];
  else draft[name] = value;
}

function isWhole(draft: Draft): boolean {
  return draft.key !== undefined && draft.operator !== undefined && draft.value !== undefined;
}
