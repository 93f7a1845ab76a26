import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SluiceConfig } from '../config/read-config.ts';

/**
 * What stored credentials are sealed with: `SLUICE_MASTER_KEY`, else a key of this machine's own in the data directory,
 * made at the first start and readable by its owner alone. Undefined where a database is shared and no key is: a key of
 * one machine would lock the others out.
 */
export function masterKeyOf({ masterKey, databaseUrl, dataDir }: SluiceConfig): string | undefined {
  if (masterKey !== undefined || databaseUrl !== undefined) return masterKey;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'master.key');
  if (!existsSync(path)) makeKey(path);
  return readFileSync(path, 'utf8').trim();
}

/** Written beside its place and put there whole, so that whoever starts at the same moment reads all of it or makes none. */
function makeKey(path: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
    // Fails where there is one: the first to come has made the key.
    linkSync(draft, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  } finally {
    rmSync(draft, { force: true });
  }
}
