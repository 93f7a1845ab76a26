import type { Call } from '@sluice/core';
import { decodeServiceAccount } from './service-account.ts';
import { isGoogle, isVertex } from './vendors.ts';

/**
 * The call brings a credential of its own, which is forwarded as it came. `undefined` and `null`, which clients send when
 * a variable of theirs is not set, count as none.
 */
export function hasCredential({ provider, headers, query }: Call): boolean {
  if (isCredential(headers.authorization)) return true;
  for (const name of provider.credentialHeaders) {
    if (!COMPANIONS.has(name) && isCredential(headers[name])) return true;
  }
  return query !== '' && (isGoogle(provider) ? GOOGLE_QUERY : ANY_QUERY).test(query);
}

/** The JSON of a Google service account that the call sent in base64 where an access token would stand. */
export function sentServiceAccount({ provider, headers }: Call): string | undefined {
  if (!isVertex(provider) || headers.authorization === undefined) return undefined;
  return decodeServiceAccount(withoutScheme(headers.authorization));
}

/** They stand beside a signature and are nothing without it. */
const COMPANIONS: ReadonlySet<string> = new Set(['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256']);

const ANY_QUERY = /[?&](?:api_key|x-amz-signature)=[^&]/i;
const GOOGLE_QUERY = /[?&](?:key|api_key|access_token)=[^&]/i;

function isCredential(value: string | undefined): boolean {
  return value !== undefined && !/^(?:undefined|null)?$/.test(withoutScheme(value));
}

function withoutScheme(value: string): string {
  return value.trim().replace(/^(?:bearer|token|key|api-key|basic)(?:\s+|$)/i, '');
}
