import type { Protocol } from '@sluice/core';

/**
 * Which protocol is spoken where. `chat/completions` is that end behind any prefix, `:predict` a verb behind any
 * model, `run/` everything in that tree. The longest end that fits wins, and any end over any tree.
 */
export type Tails = Readonly<Record<string, Protocol | ProtocolByPath>>;

/** Where the path alone does not say it all: the model's id stands in it too. */
export type ProtocolByPath = (path: string) => Protocol | undefined;

/** Makes a finder from a table; it finds nothing for paths that nobody reads. */
export function compileTails(tails: Tails): (path: string) => Protocol | undefined {
  const entries = Object.entries(tails).map(([tail, protocol]) => ({ tail, protocol, fits: fitsTail(tail) }));
  entries.sort((a, b) => Number(isTree(a.tail)) - Number(isTree(b.tail)) || b.tail.length - a.tail.length);
  return (given) => {
    const path = given.endsWith('/') ? given.slice(0, -1) : given;
    const protocol = entries.find(({ fits }) => fits(path))?.protocol;
    return typeof protocol === 'function' ? protocol(path) : protocol;
  };
}

function isTree(tail: string): boolean {
  return tail.endsWith('/');
}

function fitsTail(tail: string): (path: string) => boolean {
  if (isTree(tail)) return (path) => path.startsWith(tail);
  if (tail.startsWith(':')) return (path) => path.endsWith(tail);
  const end = `/${tail}`;
  return (path) => path.endsWith(end) || path === tail;
}
