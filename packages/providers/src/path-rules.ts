import type { ProviderRequest, ProviderScope } from '@sluice/core';
import type { Values } from './base-url.ts';

/**
 * How a path below the slug becomes a path below the base:
 * - `verbatim`: as it came.
 * - `strip-v1`: the base ends in a version; a client that writes it again (`v1/`, or the base's own path) may.
 * - `below`: everything stands below one prefix, whether the client writes it or not, except some other trees.
 * - a function, for vendors whose host depends on the path.
 */
export type PathRule = 'verbatim' | 'strip-v1' | Below | ((request: ProviderRequest, scope: ProviderScope) => Place);

export interface Below {
  readonly below: string;
  readonly except?: readonly string[];
}

/** Where a path leads, before it is joined to the base. */
export interface Place {
  /** Below the base, without leading slash. */
  readonly path: string;
  /** Instead of the client's query. */
  readonly query?: string;
  /** For the base's placeholders. */
  readonly values?: Values;
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Makes the rule of a row into a function; `baseUrl` is the vendor's own, not the operator's. */
export function compileRule(
  rule: PathRule,
  baseUrl: string,
): (request: ProviderRequest, scope: ProviderScope) => Place {
  if (typeof rule === 'function') return rule;
  if (rule === 'verbatim') return ({ path }) => ({ path });
  if (rule === 'strip-v1') {
    const prefixes = spellings(baseUrl.replace(/^https?:\/\/[^/]+\/?/, ''));
    return ({ path }) => ({ path: dropPrefix(path, prefixes) });
  }
  const prefixes = spellings(rule.below);
  const others = rule.except ?? [];
  return ({ path }) => ({
    path: others.some((tree) => isWithin(path, tree)) ? path : join(rule.below, dropPrefix(path, prefixes)),
  });
}

/** `a` and what stands below it. */
export function join(a: string, b: string): string {
  return b === '' ? a : `${a}/${b}`;
}

/** `openai/v1` may be repeated as `openai/v1` or `v1`; longest first. Every OpenAI client may add `v1`. */
function spellings(prefix: string): readonly string[] {
  const parts = prefix.split('/').filter((part) => part !== '');
  const tails = parts.map((_, index) => parts.slice(index).join('/'));
  return tails.includes('v1') ? tails : [...tails, 'v1'];
}

function dropPrefix(path: string, prefixes: readonly string[]): string {
  const prefix = prefixes.find((candidate) => isWithin(path, candidate));
  return prefix === undefined ? path : path.slice(prefix.length + 1);
}

function isWithin(path: string, tree: string): boolean {
  return path.startsWith(tree) && (path.length === tree.length || path[tree.length] === '/');
}
