import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import process from 'node:process';

/** A name for a folder of this process, which says to others whose it is. */
export function newFolderName(): string {
  return `${MACHINE}-${process.pid}-${LIFE}.${randomUUID()}`;
}

/** A name for a folder that its owner leaves behind. */
export function leftFolderName(): string {
  return `left.${randomUUID()}`;
}

/**
 * Whether nobody looks after a folder any more: its owner has left it, has died on this machine, or has not touched it
 * for long. Taking one whose owner lives after all loses nothing: it makes another folder, and rows are written once.
 */
export function isOrphan(name: string, silentMs: number): boolean {
  if (name.startsWith('left.')) return true;
  const [, machine, pid, life] = OWNED.exec(name) ?? [];
  if (machine === undefined || life === LIFE) return false;
  if (silentMs > ABANDONED_MS) return true;
  if (machine !== MACHINE) return false;
  // In a container that was started again an earlier process had the very number of this one.
  return Number(pid) === process.pid || !isAlive(Number(pid));
}

/** How often an owner shows that it lives. */
export const TOUCH_MS = 15_000;
const ABANDONED_MS = 4 * TOUCH_MS;

const OWNED = /^([0-9a-f]{12})-(\d+)-([0-9a-f]{12})\./;
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);
const LIFE = randomBytes(6).toString('hex');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
