import { ConfigError } from './config/config-error.ts';
import type { SluiceConfig } from './config/read-config.ts';

/**
 * Why a start failed, in a sentence that names the setting to change where there is one. A token that this start has
 * made is told too: nobody could read it later.
 */
export function startFailure(
  cause: unknown,
  config: Pick<SluiceConfig, 'host' | 'port' | 'dataDir'>,
  newToken?: string,
): unknown {
  const reason = cause instanceof ConfigError ? cause.message : (databaseReason(cause) ?? reasonOf(cause, config));
  if (reason === undefined) return cause;
  const token = newToken === undefined ? [] : [`The management token made by this start is ${newToken}. Keep it.`];
  return new ConfigError([[reason, ...token].join('\n')]);
}

/** The database of `SLUICE_DATABASE_URL` said no, or nothing. The driver's own words name a host or a role, never a password. */
function databaseReason(cause: unknown): string | undefined {
  if (!(cause instanceof DatabaseUnusable)) return undefined;
  const words = cause.cause instanceof Error ? cause.cause.message : String(cause.cause);
  return `The database of SLUICE_DATABASE_URL can't be used (${words}). Start it, or set another address.`;
}

/** What the start met while it opened a database that is reached over the network; the cause is the driver's error. */
export class DatabaseUnusable extends Error {
  override readonly name: string = 'DatabaseUnusable';
}

function reasonOf(
  cause: unknown,
  { host, port, dataDir }: Pick<SluiceConfig, 'host' | 'port' | 'dataDir'>,
): string | undefined {
  const said =
    cause instanceof Error ? `${cause.name} ${(cause as { code?: string }).code ?? ''} ${cause.message}` : '';
  if (/EADDRINUSE|AddrInUse/.test(said)) return `Port ${port} is in use on ${host}. Set PORT to another one.`;
  if (
    /EADDRNOTAVAIL|AddrNotAvailable|ENOTFOUND|getaddrinfo|failed to lookup|(?:EINVAL|ENOENT): [a-z ]+, listen/i.test(
      said,
    )
  ) {
    return `This machine has no address "${host}". Set HOST to one that it has, such as 127.0.0.1.`;
  }
  if (/listen EACCES/.test(said)) return `Port ${port} may not be used by this user. Set PORT to one above 1023.`;
  if (/\b(?:mkdir|open|access)\b|unable to open database/.test(said)) {
    return `"${dataDir}" can't be used as a directory for data. Set SLUICE_DATA_DIR to one that can be written.`;
  }
  if (/not a database|malformed/.test(said)) {
    return `The database in "${dataDir}" is damaged. Put a copy in its place, or set SLUICE_DATA_DIR to a new directory.`;
  }
  return undefined;
}
