import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { pinning } from './cores.ts';
import { packageVersion } from './tools.ts';

/** What the figures depend on besides the subjects. Holds no name and no path of the machine. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly bun: string;
  readonly commit: string;
  /** Load and subject each had a core of their own. */
  readonly pinned: boolean;
}

/** Describes the machine this runs on. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    kernel: `Linux ${release().replace(/-.*$/, '')}`,
    node: process.versions.node,
    bun: packageVersion('bun'),
    commit: commit(),
    pinned: pinning,
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
