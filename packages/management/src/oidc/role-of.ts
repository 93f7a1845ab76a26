import type { Role } from '@sluice/storage';
import type { OidcOptions } from './options.ts';

/** The highest role that somebody's groups give him, or null when they give none. `groups` is what the provider said. */
export function roleOf(
  groups: unknown,
  { roles, defaultRole = null }: Pick<OidcOptions, 'roles' | 'defaultRole'>,
): Role | null {
  const given = new Set(namesOf(groups).map((group) => (Object.hasOwn(roles, group) ? roles[group] : undefined)));
  return HIGHEST_FIRST.find((role) => given.has(role)) ?? defaultRole;
}

/** Some providers give a text where there is one group. */
function namesOf(groups: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(groups) ? groups : [groups];
  return list.filter((group) => typeof group === 'string');
}

const HIGHEST_FIRST: readonly Role[] = ['owner', 'editor', 'viewer'];
