import type { Call } from '@sluice/core';

/** The query, less every parameter whose name says that it holds a secret. The rest stays as the client wrote it. */
export function withoutSecrets(query: string): string {
  if (query === '') return '';
  const kept = query
    .slice(1)
    .split('&')
    .filter((pair) => !isSecret(nameOf(pair)));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** The text with this call's credentials made unreadable: some vendors repeat a wrong key in their error. */
export function withoutCredentials(text: string, call: Call): string {
  let result = text;
  for (const secret of credentialsOf(call)) result = result.replaceAll(secret, '[redacted]');
  return result;
}

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

function isSecret(name: string): boolean {
  return SECRETS.has(name.toLowerCase().replace(/[-_]/g, ''));
}

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0] ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

// Shorter ones are placeholders ("x", "none"), and would tear words apart.
const SHORTEST_SECRET = 8;

function* credentialsOf({ provider, headers, query, options }: Call): Generator<string> {
  const values = [...provider.credentialHeaders, 'authorization'].map((name) => headers[name]);
  for (const value of [...values, options.get('authorization')]) {
    const secret = value?.trim().split(/\s+/).at(-1) ?? '';
    if (secret.length >= SHORTEST_SECRET) yield secret;
  }
  for (const pair of query.slice(1).split('&')) {
    const secret = pair.slice(pair.indexOf('=') + 1);
    if (isSecret(nameOf(pair)) && secret.length >= SHORTEST_SECRET) yield secret;
  }
}
