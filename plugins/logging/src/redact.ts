import { isSecretPair } from './credentials.ts';

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** The query, less every parameter whose name says that it holds a secret. The rest stays as the client wrote it. */
export function withoutSecrets(query: string): string {
  if (query === '') return '';
  const kept = query
    .slice(1)
    .split('&')
    .filter((pair) => !isSecretPair(pair));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** The text with these secrets made unreadable: some vendors repeat a wrong key in their error. */
export function withoutCredentials(text: string, secrets: readonly string[]): string {
  return secrets.reduce((result, secret) => result.replaceAll(secret, REDACTED), text);
}
