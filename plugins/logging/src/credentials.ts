import type { Call } from '@sluice/core';

/**
 * Every secret that came with the call, without its scheme word: the vendor's credential, the gateway token, and what
 * stands in the query under a name that says so.
 */
export function credentialsOf(call: Call): readonly string[] {
  const found = new Set<string>();
  for (const name of call.provider.credentialHeaders) collectHeader(call.headers[name], found);
  for (const name of CREDENTIAL_HEADERS) collectHeader(call.headers[name], found);
  collectHeader(call.options.get('authorization'), found);
  collectQuery(call.query, found);
  return [...found];
}

/** Whether the pair of a query has a name that says that its value is secret. */
export function isSecretPair(pair: string): boolean {
  const name = decoded(pair.split('=', 1)[0] ?? '');
  return SECRETS.has(name.toLowerCase().replace(/[-_]/g, ''));
}

/** Where clients put a credential whichever the vendor is. */
const CREDENTIAL_HEADERS = [
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'xi-api-key',
  'x-amz-security-token',
];

/** Compared without case, `-` and `_`, so that `api_key`, `apikey` and `Api-Key` are one. */
const SECRETS: ReadonlySet<string> = new Set([
  'key',
  'apikey',
  'apitoken',
  'xapikey',
  'xgoogapikey',
  'accesskey',
  'accesstoken',
  'subscriptionkey',
  'token',
  'authtoken',
  'auth',
  'authorization',
  'jwt',
  'secret',
  'clientsecret',
  'password',
  // What makes a pre-signed URL work (SigV4, Azure SAS).
  'sig',
  'signature',
  'xamzsignature',
  'xamzcredential',
  'xamzsecuritytoken',
]);

// Shorter ones are placeholders ("x", "none"), and would tear words apart.
const SHORTEST_SECRET = 8;

function collectHeader(value: string | undefined, found: Set<string>): void {
  if (value === undefined) return;
  const words = value.trim().split(/\s+/);
  // The first of several words is the scheme: `Bearer`, `Basic`, `Token`, `Key`, `AWS4-HMAC-SHA256`.
  for (const word of words.length > 1 ? words.slice(1) : words) collect(word, found);
}

function collectQuery(query: string, found: Set<string>): void {
  if (query === '') return;
  for (const pair of query.slice(1).split('&').filter(isSecretPair)) {
    const secret = pair.slice(pair.indexOf('=') + 1);
    collect(secret, found);
    collect(decoded(secret), found);
  }
}

function collect(secret: string, found: Set<string>): void {
  if (secret.length >= SHORTEST_SECRET) found.add(secret);
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
