import type { Call } from '../contracts/call.ts';
import type { Provider } from '../contracts/provider.ts';

export interface LocationScope {
  readonly basePath: string;
  baseUrlOf(provider: Provider): string;
}

/**
 * Makes a redirect mean the same to the client as to us. One that stays below the provider's base leads through the
 * gateway again; any other (a signed download, say) becomes absolute and is the client's own affair. The gateway never
 * follows a redirect, so a credential never reaches a host that it does not belong to.
 */
export function rewriteLocation(headers: Record<string, string>, call: Call, scope: LocationScope): void {
  const location = headers.location;
  if (location === undefined || !URL.canParse(location, call.target.url)) return;
  const target = new URL(location, call.target.url).href;
  const below = pathBelow(scope.baseUrlOf(call.provider), target);
  headers.location =
    below === undefined ? target : `${scope.basePath}/${call.account}/${call.gateway.id}/${call.provider.id}/${below}`;
}

/** What stands behind a base in a URL. A base with placeholders is left out: its paths are not simply appended. */
function pathBelow(base: string, target: string): string | undefined {
  if (base.includes('{')) return undefined;
  const { href } = new URL(`${base}/`);
  return target.startsWith(href) ? target.slice(href.length) : undefined;
}
