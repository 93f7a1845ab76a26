/**
 * What went wrong on the way to an upstream, in our own words. A platform's text is never passed on: some put the
 * whole URL in it, with the key that a client wrote into its query.
 */
export function failureText(thrown: unknown): string {
  const told = [...chain(thrown)].map(({ message, code }) => `${code ?? ''} ${message}`).join(' ');
  return KNOWN.find(([pattern]) => pattern.test(told))?.[1] ?? 'the connection failed';
}

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED|ConnectionRefused|connection refused|unable to connect/i, 'the connection was refused'],
  [/ENOTFOUND|EAI_AGAIN|dns|lookup|resolve/i, 'its name could not be resolved'],
  [/ECONNRESET|ConnectionReset|connection reset|reset by peer/i, 'the connection was reset'],
  [/ETIMEDOUT|CONNECT_TIMEOUT|timed out/i, 'the connection timed out'],
  [/cert|tls|ssl|handshake/i, 'no secure connection could be made'],
  [/EHOSTUNREACH|ENETUNREACH|unreachable/i, 'the network does not lead there'],
  [/other side closed|ConnectionClosed|closed|terminated|incomplete|unexpected end|eof/i, 'the connection was closed'],
  [/decompress|zlib|gzip|brotli|inflate/i, 'its compressed body is damaged'],
  [/parse|HPE_|invalid (?:http|header)/i, 'what it sent is no HTTP'],
];

type Failure = Error & { readonly code?: unknown };

/** An error and its causes; a connection tried on several addresses fails with the errors of each. */
function* chain(thrown: unknown, depth = 0): Generator<Failure> {
  if (!(thrown instanceof Error) || depth > 4) return;
  yield thrown;
  yield* chain(thrown instanceof AggregateError ? thrown.errors[0] : thrown.cause, depth + 1);
}
