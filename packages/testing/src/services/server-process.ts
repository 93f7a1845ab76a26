import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whom a program runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** A server's process, together with those it started. */
export interface ServerProcess {
  isRunning(): boolean;
  /** What it printed so far. */
  logs(): string;
  /** To it and its children. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Spawns a server that is killed, and its folder removed, when this process goes before it. */
export function spawnServer(
  [program, ...args]: readonly [string, ...string[]],
  { folder, user }: { readonly folder: string; readonly user: User | undefined },
): ServerProcess {
  // A group of its own, so that Ctrl-C in a terminal leaves it to the guard.
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...user });
  let logs = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      logs += text;
    });
  }
  const guard = startGuard(child.pid, folder);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      logs += `${error.message}\n`;
      resolve();
    });
  });
  void exited.then(() => guard.kill('SIGKILL'));
  const everybody = (): number[] => (child.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)]);
  return {
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    logs: () => logs,
    signal: (name) => signalAll(everybody(), name),
    kill: async () => {
      signalAll(everybody(), 'SIGKILL');
      await exited;
    },
  };
}

/** A shell at the other end of a pipe: it sees the pipe close even when this process is killed and can do nothing more. */
function startGuard(pid: number | undefined, folder: string) {
  const script = 'cat > /dev/null; kill -9 $(cat "/proc/$0/task/$0/children" 2> /dev/null) "$0"; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return guard;
}

/** PostgreSQL's children leave its process group. Only Linux tells; elsewhere they end by themselves after their parent. */
function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It is gone already.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}
