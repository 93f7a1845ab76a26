import type { z } from 'zod';
import type { Notice } from './envelope.ts';

type Problem = Omit<Notice, 'code'>;

/** What zod found, one entry per problem, each saying where. */
export function toProblems(error: z.core.$ZodError, place: string): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = [place, ...issue.path.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ message: issue.message, path }];
    // One entry for each unknown name, never silently ignored.
    return issue.keys.map((key) => ({ message: `Unknown ${WHAT[place] ?? 'field'} "${key}".`, path: [...path, key] }));
  });
}

/** A sentence that names the field, what it may be, and what came instead. Undefined leaves it to zod. */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  const name = issue.path === undefined || issue.path.length === 0 ? 'The body' : `"${issue.path.join('.')}"`;
  const allowed = allowedBy(issue);
  if (allowed === undefined) return undefined;
  if (issue.input === undefined) return `Required: ${name} must be ${allowed}.`;
  if (issue.path?.some((part) => SECRET_FIELDS.has(part))) return `${name} must be ${allowed}.`;
  return `${name} must be ${allowed}, received ${received(issue.input)}.`;
}

/** Fields whose values no error repeats, and no audit log. */
export const SECRET_FIELDS: ReadonlySet<PropertyKey> = new Set(['secret', 'authorization', 'headers', 'token']);

const WHAT: Readonly<Record<string, string>> = { query: 'query parameter', body: 'field' };

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

function allowedBy(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[String(issue.expected)];
    case 'invalid_value':
      return Array.isArray(issue.values) ? issue.values.map((value) => `'${String(value)}'`).join(' | ') : undefined;
    case 'too_small':
      return bound(issue, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    default:
      return undefined;
  }
}

function bound(issue: z.core.$ZodRawIssue, relation: string, limit: unknown): string {
  const unit = issue.origin === 'string' ? ' characters long' : issue.origin === 'array' ? ' entries long' : '';
  return `${relation} ${String(limit)}${unit}`;
}

/** Short values as they came; long ones and structures by their kind, since keys get pasted into the wrong field. */
function received(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'string') return input.length <= 20 ? `'${input}'` : `${input.length} characters`;
  return typeof input === 'object' ? 'an object' : String(input);
}
