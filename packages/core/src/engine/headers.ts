/** What the client's headers are split into. */
export interface ClientHeaders {
  /** What may go upstream. */
  readonly forward: Record<string, string>;
  /** `cf-aig-*` without that prefix. */
  readonly options: Map<string, string>;
}

const OPTION_PREFIX = 'cf-aig-';

/** Older names that clients still send; the newer one beats them. */
const OLDER_OPTIONS: Readonly<Record<string, string>> = { 'cf-cache-ttl': 'cache-ttl', 'cf-skip-cache': 'skip-cache' };

/** RFC 9110 7.6.1, what the transport computes itself, and what speaks of the way to the gateway, not of the call. */
const NEVER_UPSTREAM: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'host',
  'content-length',
  'accept-encoding',
  'cookie',
  'forwarded',
  'via',
  'x-real-ip',
  'true-client-ip',
]);

/** Splits a client's headers into those that go upstream and the gateway's own options. */
export function splitClientHeaders(headers: Iterable<readonly [string, string]>): ClientHeaders {
  const forward: Record<string, string> = {};
  const options = new Map<string, string>();
  const older: [string, string][] = [];
  let connection: string | undefined;
  for (const [name, value] of headers) {
    if (name.startsWith(OPTION_PREFIX)) options.set(name.slice(OPTION_PREFIX.length), value);
    else if (name === 'connection') connection = value;
    else if (isForwarded(name)) forward[name] = value;
    else if (OLDER_OPTIONS[name] !== undefined) older.push([OLDER_OPTIONS[name], value]);
  }
  if (connection !== undefined) dropNamed(forward, connection);
  for (const [name, value] of older) if (!options.has(name)) options.set(name, value);
  return { forward, options };
}

function isForwarded(name: string): boolean {
  return !NEVER_UPSTREAM.has(name) && !name.startsWith('x-forwarded-') && !isEdgeHeader(name);
}

/** `cf-ray`, `cf-connecting-ip` and their kin come from an edge in front; Workers AI's own `cf-consn-*` does not. */
function isEdgeHeader(name: string): boolean {
  return name.startsWith('cf-') && !name.startsWith('cf-consn-');
}

/** Headers named by `Connection` are hop-by-hop too (RFC 9110 7.6.1). */
function dropNamed(headers: Record<string, string>, connection: string): void {
  for (const name of connection.toLowerCase().split(',')) delete headers[name.trim()];
}

/** Hop-by-hop, the vendor's host's own business, and what the server computes itself. */
const NEVER_TO_CLIENT: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'nel',
  'report-to',
  'date',
]);

/** An upstream's headers as the client may have them. */
export function cleanReplyHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !NEVER_TO_CLIENT.has(name) && !name.startsWith(OPTION_PREFIX)) clean[name] = value;
  }
  if (headers.connection !== undefined) dropNamed(clean, headers.connection);
  return clean;
}
