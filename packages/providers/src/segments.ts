import { GatewayError } from '@sluice/core';

/** Cuts the first segments off a path: `take('a/b/c/d', 2)` is `['a', 'b', 'c/d']`. Missing ones are empty. */
export function take(path: string, count: number): readonly string[] {
  const parts = path.split('/');
  const heads = Array.from({ length: count }, (_, index) => parts[index] ?? '');
  return [...heads, parts.slice(count).join('/')];
}

/** Refuses a path that does not follow its vendor's template, and shows the template. */
export function refusePath(providerId: string, problem: string, template: string): never {
  throw new GatewayError('invalid_path', `${problem} Paths of provider "${providerId}" look like ${template}.`);
}
