import type { Call } from '../contracts/call.ts';
import type { WireError } from '../contracts/protocol.ts';

/**
 * What a stream began with, as it may be kept: vendors repeat a wrong key in their words, and the call that is logged in
 * the end may have been sent with another.
 */
export function toldError({ code, message, ...rest }: WireError, { provider, headers }: Call): WireError {
  const secrets = provider.credentialHeaders.flatMap((name) => headers[name]?.split(/\s+/) ?? []);
  const kept = (text: string): string =>
    secrets
      .filter(({ length }) => length >= SHORTEST_SECRET)
      .reduce((told, secret) => told.replaceAll(secret, '***'), text);
  return { code: code === null ? null : kept(code), message: kept(message), ...rest };
}

// Shorter words are schemes and placeholders, and would tear others apart.
const SHORTEST_SECRET = 8;
