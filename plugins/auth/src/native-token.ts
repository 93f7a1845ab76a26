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

/** The token behind `Bearer`, or behind the words that Deepgram (`Token`), fal (`Key`) and Baseten (`Api-Key`) use in its place. */
export function stripScheme(value: string): string {
  return value.replace(/^\s*(?:(?:bearer|token|key|api-key)(?:\s+|$))?/i, '').trimEnd();
}

/** A copy of the headers that lacks every one which holds such a token. */
export function withoutTokens<T extends string | undefined>(
  headers: Readonly<Record<string, T>>,
  tokens: readonly NativeToken[],
): Readonly<Record<string, T>> {
  const ours = new Set(tokens.map(({ token }) => token));
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value === undefined || !ours.has(stripScheme(value))),
  );
}

function collect(header: string, headers: Call['headers'], found: NativeToken[]): void {
  const value = headers[header];
  if (value === undefined) return;
  const token = stripScheme(value);
  if (token !== '') found.push({ header, token });
}
