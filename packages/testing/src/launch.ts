import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningGateway } from './clients/gateway.ts';
import { unusedPort } from './upstream/unused-port.ts';

/** What Sluice's apps run on. */
export type RuntimeName = 'node' | 'bun' | 'deno' | 'workers';

export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where the gateway keeps everything; a temporary folder that goes with it unless given. */
  readonly dataDir?: string;
}

/** An app running as a process of its own. */
export interface LaunchedGateway extends RunningGateway {
  /** What it printed so far. */
  logs(): string;
  /** Asks it to stop, without waiting. */
  terminate(): void;
  /** Ends it at once, as `kill -9` does, and resolves when it is gone. Its data stays. */
  kill(): Promise<void>;
  /** How it ended: its exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
}

/** Starts one of this repository's apps on a free port of 127.0.0.1 and resolves when it is ready. */
export async function launch(runtime: RuntimeName, options: LaunchOptions = {}): Promise<LaunchedGateway> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sluice-')));
  const port = await unusedPort();
  const url = `http://127.0.0.1:${port}`;
  const adminToken = options.env?.SLUICE_ADMIN_TOKEN ?? 'test-admin-token-not-a-secret';
  const app = start(runtime, {
    ...options.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_TOKEN: adminToken,
  });
  const stop = async (): Promise<void> => {
    await app.stop();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await ready(url, app);
  } catch (cause) {
    await stop();
    throw new Error(`Sluice on ${runtime} did not start. It printed:\n${app.logs()}`, { cause });
  }
  return { url, adminToken, stop, kill: app.kill, logs: app.logs, terminate: app.terminate, exited: app.exited };
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = join(root, 'node_modules/.bin');

/** The same programs as `npm start` runs, without the installing in front. */
const COMMANDS: Readonly<Record<RuntimeName, readonly [string, ...string[]]>> = {
  node: [join(bin, 'node'), 'apps/node/src/main.ts'],
  bun: [join(bin, 'bun'), 'apps/bun/src/main.ts'],
  deno: [
    join(root, 'node_modules/deno/deno'),
    'run',
    '--allow-all',
    '--quiet',
    '--unstable-no-legacy-abort',
    'apps/deno/src/main.ts',
  ],
  workers: [join(bin, 'node'), 'apps/workers/local/start.ts'],
};

/** A running program was asked to stop and did not within this time, in milliseconds. */
const PATIENCE_MS = 15_000;
const START_MS = 60_000;
const POLL_MS = 20;

interface App {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  logs(): string;
  terminate(): void;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

function start(runtime: RuntimeName, env: Readonly<Record<string, string>>): App {
  const [program, ...args] = COMMANDS[runtime];
  if (!existsSync(program)) throw new Error(`${program} is missing. Run npx pnpm install in ${root}.`);
  // Variables of whoever runs the tests must not steer the gateway.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_'));
  const path = `${bin}${delimiter}${process.env.PATH}`;
  // A group of its own, so that what the program starts (workerd) can be ended with it.
  const child = spawn(program, args, {
    cwd: root,
    env: { ...Object.fromEntries(own), PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let logs = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      logs += text;
    });
  }
  const killGroup = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', killGroup);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => {
      process.off('exit', killGroup);
      resolve(code);
    });
  });
  const terminate = (): void => void child.kill('SIGTERM');
  const kill = async (): Promise<void> => {
    killGroup();
    await exited;
  };
  return { child, exited, logs: () => logs, terminate, kill, stop: () => stop(child, exited) };
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM');
  const late = setTimeout(() => signalGroup(child, 'SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(late);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // Nobody is left in the group.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function ready(url: string, app: App): Promise<void> {
  const deadline = performance.now() + START_MS;
  let ending: string | undefined;
  void app.exited.then((code) => {
    ending = `It ended with code ${code}.`;
  });
  while (!(await answers(url))) {
    if (ending !== undefined) throw new Error(ending);
    if (performance.now() > deadline) throw new Error(`GET ${url}/health was not answered with 200 in ${START_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    (response) => response.ok,
    () => false,
  );
}
