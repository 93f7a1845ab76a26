import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { findProgram } from './tools.ts';

const taskset = findProgram('taskset');

/** Whether load and subject each have a core of their own here. */
export const pinning: boolean = taskset !== undefined && cpus().length >= 2;

const CORES = { load: '0', subject: '1' } as const;

/** The command, bound to the core that load or subject runs on. */
export function pinned(core: keyof typeof CORES, command: readonly [string, ...string[]]): [string, ...string[]] {
  if (!pinning || taskset === undefined) return [...command];
  return [taskset, '-c', CORES[core], ...command];
}

/** Binds this process, which makes the load, to the load's core. */
export function pinSelf(): void {
  if (!pinning || taskset === undefined) return;
  execFileSync(taskset, ['-a', '-p', '-c', CORES.load, String(process.pid)], { stdio: 'ignore' });
}
