import type { Protocol } from '@sluice/core';

/**
 * Which protocol is spoken at which end of a path: `chat/completions` is that tail behind any prefix, `:predict` a
 * verb behind any model. The longest tail that fits wins.
 */
export type Tails = Readonly<Record<string, Protocol>>;

/** Makes a finder from a table; it knows nothing of paths that no tail fits. */
export function compileTails(tails: Tails): (path: string) => Protocol | undefined {
  const entries = Object.entries(tails)
    .map(([tail, protocol]) => ({ tail, end: tail.startsWith(':') ? tail : `/${tail}`, protocol }))
    .sort((a, b) => b.tail.length - a.tail.length);
  return (given) => {
    const path = given.endsWith('/') ? given.slice(0, -1) : given;
    return entries.find(({ tail, end }) => path.endsWith(end) || path === tail)?.protocol;
  };
}
