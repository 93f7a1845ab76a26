import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SluiceConfig } from '../config/read-config.ts';

/**
 * What stored credentials are sealed with: `SLUICE_MASTER_KEY`, else a key of this machine's own in the data directory,
 * made at the first start and readable by its owner alone. Undefined where a database is shared and no key is: a key of
 * one machine would lock the others out.
 */
export function masterKeyOf({ masterKey, databaseUrl, dataDir }: SluiceConfig): string | undefined {
  if (masterKey !== undefined || databaseUrl !== undefined) return masterKey;
  const path = join(dataDir, 'master.key');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // `wx` fails where there is one, so two processes that start at once agree.
    writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
  return readFileSync(path, 'utf8').trim();
}
