import type { Call, CallPatch, Provider, UpstreamTarget } from '@sluice/core';
import { isGoogle } from './vendors.ts';

/** The call with these credential headers and no other credential: a leftover of the client's might win over them. */
export function withCredential(call: Call, credential: Readonly<Record<string, string>>): CallPatch {
  const names = new Set([...call.provider.credentialHeaders, ...COMMON]);
  return {
    headers: { ...without(call.headers, names), ...credential },
    target: cleaned(call.target, call.provider, names),
  };
}

/** Headers that vendors read credentials from, and that clients made for another vendor may have sent. */
const COMMON: readonly string[] = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'xi-api-key',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
];

/** A target's own headers beat those of the call, and an empty `?key=` beats Google's header. */
function cleaned(target: UpstreamTarget, provider: Provider, names: ReadonlySet<string>): UpstreamTarget {
  const { headers } = target;
  const url = isGoogle(provider) ? withoutEmptyKey(target.url) : target.url;
  if (headers === undefined) return url === target.url ? target : { ...target, url };
  return { ...target, url, headers: without(headers, names) };
}

function without<T>(headers: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name)));
}

function withoutEmptyKey(url: string): string {
  const [base = '', query] = url.split('?', 2);
  if (query === undefined) return url;
  const kept = query.split('&').filter((pair) => pair !== 'key=' && pair !== 'api_key=');
  return kept.length === 0 ? base : `${base}?${kept.join('&')}`;
}
