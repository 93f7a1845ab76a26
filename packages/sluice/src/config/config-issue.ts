import { suggest } from '@sluice/core';
import type { z } from 'zod';

/** Tells what is wrong in sentences: the place, what it must be and what it is; for a name nobody knows, what could be meant. */
export function tellIssue(issue: z.core.$ZodIssue, file: unknown, known: readonly string[]): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [`${placeOf(issue.path)} ${issue.message}, ${was(issue.path, file)}.`];
  return issue.keys.map((key) => `${placeOf([...issue.path, key])} is no setting. ${suggest(key, known)}`);
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'SLUICE_CONFIG' : `SLUICE_CONFIG: ${path.join('.')}`;
}

function was(path: readonly PropertyKey[], file: unknown): string {
  let value = file;
  for (const key of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key];
  if (value === undefined) return 'and is missing';
  return isHarmless(path) ? `not ${JSON.stringify(value).slice(0, 40)}` : `not ${kindOf(value)}`;
}

/** Headers, addresses and what an identity provider is told may hold credentials; numbers and choices don't. */
function isHarmless([section]: readonly PropertyKey[]): boolean {
  return section !== undefined && !CONFIDENTIAL.has(section);
}

const CONFIDENTIAL: ReadonlySet<PropertyKey> = new Set(['providers', 'customProviders', 'oidc']);

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}
