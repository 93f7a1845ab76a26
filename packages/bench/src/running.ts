import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { pinned } from './cores.ts';

/** A process of ours with its children, watched through /proc. */
export interface Running {
  /** From the spawn to the first 200, in milliseconds. */
  readonly startMillis: number;
  /** CPU time used so far, in microseconds. Linux counts it in steps of 10 ms. */
  cpuMicros(): number;
  /** The CPU time once background work has come to rest. */
  restedCpuMicros(): Promise<number>;
  residentBytes(): number;
  stop(): Promise<void>;
  /** The end of what it wrote to its error output. */
  lastWords(): string;
}

interface Start {
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly readyUrl: string;
  readonly core: 'load' | 'subject';
}

const START_LIMIT = 30_000;
const TICK_MICROS = 10_000;

/** Starts a program on its core and waits until it is ready. */
export async function run({ command, env, readyUrl, core }: Start): Promise<Running> {
  const [program, ...args] = pinned(core, command);
  const startedAt = performance.now();
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  endWithUs(child);
  const complaints = keepTail(child);
  try {
    await ready(child, readyUrl);
  } catch (cause) {
    await stop(child);
    throw new Error(`${command.join(' ')} did not get ready at ${readyUrl}. It said: ${complaints()}`, { cause });
  }
  const tree = () => processTree(child.pid ?? 0);
  const cpuMicros = () => tree().reduce((sum, pid) => sum + cpuOf(pid), 0);
  return {
    startMillis: performance.now() - startedAt,
    cpuMicros,
    restedCpuMicros: () => rested(cpuMicros),
    residentBytes: () => tree().reduce((sum, pid) => sum + residentOf(pid), 0),
    stop: () => stop(child),
    lastWords: complaints,
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + START_LIMIT;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}.`);
    const status = await fetch(url).then(
      (response) => response.body?.cancel().then(() => response.status) ?? response.status,
      () => 0,
    );
    if (status === 200) return;
    await wait(5);
  }
  throw new Error(`It took more than ${START_LIMIT} ms.`);
}

/** Rows are written after the answers: half a second with less than two ticks of CPU means that nothing is left. */
async function rested(cpuMicros: () => number): Promise<number> {
  let before = cpuMicros();
  for (let round = 0; round < 40; round++) {
    await wait(500);
    const now = cpuMicros();
    if (now - before < 2 * TICK_MICROS) return now;
    before = now;
  }
  return before;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(late);
}

/** Nothing of ours outlives the benchmark, not even when it is interrupted or fails. */
function endWithUs(child: ChildProcess): void {
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2000);
  });
  return () => tail || 'nothing';
}

function processTree(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), parent: Number(statOf(Number(name))[1]) }));
  const family = [root];
  for (const member of family) family.push(...parents.filter((entry) => entry.parent === member).map(({ pid }) => pid));
  return family;
}

/** proc(5): utime and stime are fields 14 and 15; cutime and cstime, of children that have ended, are 16 and 17. */
function cpuOf(pid: number): number {
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = statOf(pid).slice(11, 15).map(Number);
  return (user + system + childUser + childSystem) * TICK_MICROS;
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readProc(pid, 'status'))?.[1] ?? 0) * 1024;
}

/** The fields of /proc/<pid>/stat from the third one, the state, on: the second may hold blanks. */
function statOf(pid: number): readonly string[] {
  return readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
}

/** A process may end while it is looked at. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
