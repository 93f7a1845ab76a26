import type { Call } from '@sluice/core';

/** What stands in a header made for the vendor's credential, and may be a gateway token instead. */
export interface NativeToken {
  readonly header: string;
  readonly token: string;
}

/** Everything in the credential headers of this call's provider, and in `authorization`, which clients use for any vendor. */
export function nativeTokens({ provider, headers }: Call): readonly NativeToken[] {
  const found: NativeToken[] = [];
  for (const header of provider.credentialHeaders) collect(header, headers, found);
  if (!provider.credentialHeaders.includes('authorization')) collect('authorization', headers, found);
  return found;
}

/** The token behind `Bearer`, or behind the words that Deepgram (`Token`) and fal (`Key`) use in its place. */
export function stripScheme(value: string): string {
  return value.replace(/^\s*(?:(?:bearer|token|key)(?:\s+|$))?/i, '').trimEnd();
}

/** A copy of the headers that lacks those which hold these tokens. */
export function withoutHeaders(
  headers: Call['headers'],
  tokens: readonly NativeToken[],
): Readonly<Record<string, string>> {
  const rest = { ...headers };
  for (const { header } of tokens) delete rest[header];
  return rest;
}

function collect(header: string, headers: Call['headers'], found: NativeToken[]): void {
  const value = headers[header];
  if (value === undefined) return;
  const token = stripScheme(value);
  if (token !== '') found.push({ header, token });
}
