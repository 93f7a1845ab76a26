/**
 * Whether this is the word of a database that can't be reached, does not answer or is locked, so that the same wish may be
 * granted in a moment. drizzle and the repositories wrap what a driver throws, so causes are looked at too.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'PostgresFailure' && saysAway('code' in error ? error.code : undefined)) return true;
  return error.message.includes('database is locked') || isDatabaseAway(error.cause);
}

/** Without an SQLSTATE the server was never asked; classes 08, 53 and 57 are about the connection, its means and its end. */
function saysAway(code: unknown): boolean {
  return typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code) || /^(?:08|53|57)/.test(code);
}
