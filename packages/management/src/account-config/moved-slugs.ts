import type { AccountState } from '@sluice/storage';
import type { ParsedConfig } from './parse.ts';

/** The slugs, as calls write them, of providers that the file gives another address. */
export function movedSlugs(state: AccountState, file: ParsedConfig): ReadonlySet<string> {
  const moved = state.customProviders.filter(({ slug, baseUrl }) => {
    const wanted = file.customProviders?.get(slug);
    return wanted !== undefined && new URL(wanted.baseUrl).origin !== new URL(baseUrl).origin;
  });
  return new Set(moved.map(({ slug }) => `custom-${slug}`));
}
