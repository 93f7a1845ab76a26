import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unusedPort } from '../upstream/unused-port.ts';
import { type ServerProcess, spawnServer, type User } from './server-process.ts';

/** A real server on 127.0.0.1 that belongs to a test. It ends with the test's process, whatever happens to that. */
export interface TestService {
  readonly url: string;
  /** Ends it and removes its data. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends it at once, as a machine that fails would. Its data stays for `restart`. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, killing it first when it runs. */
  restart(): Promise<void>;
  /** Holds it still: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/** The server's program isn't there; the sentence says which and how to get it. */
export interface MissingService {
  readonly missing: string;
}

/** How one kind of server is started. */
export interface ServiceProgram {
  readonly name: string;
  readonly user?: User;
  /** Runs once, with the empty folder for its data. */
  prepare?(folder: string): Promise<void>;
  command(folder: string, port: number): readonly [program: string, ...args: string[]];
  url(port: number): string;
  /** Whether it answers a real question now. */
  isReady(port: number): Promise<boolean>;
}

/** Starts a server in a temporary folder and resolves when it answers. */
export async function startService(service: ServiceProgram): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), `sluice-${service.name}-`));
  if (service.user !== undefined) await chown(folder, service.user.uid, service.user.gid);
  const port = await unusedPort();
  let server: ServerProcess | undefined;
  const kill = async (): Promise<void> => {
    await server?.kill();
    server = undefined;
  };
  const stop = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  const start = async (): Promise<void> => {
    const deadline = performance.now() + START_MS;
    for (;;) {
      server = spawnServer(service.command(folder, port), { folder, user: service.user });
      if (await becomesReady(service, server, port, deadline)) return;
      const { logs } = server;
      await kill();
      // Something of its former self may still hold the port or the data for a moment, so one that ended is tried again.
      if (performance.now() > deadline) throw new Error(`${service.name} did not start. It printed:\n${logs()}`);
      await pause();
    }
  };
  try {
    await service.prepare?.(folder);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: service.url(port),
    stop,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
    pause: () => server?.signal('SIGSTOP'),
    resume: () => server?.signal('SIGCONT'),
  };
}

const START_MS = 60_000;
const POLL_MS = 20;

/** False when it ended by itself, or time is up. */
async function becomesReady(
  service: ServiceProgram,
  server: ServerProcess,
  port: number,
  deadline: number,
): Promise<boolean> {
  while (server.isRunning() && performance.now() < deadline) {
    if (await service.isReady(port)) return true;
    await pause();
  }
  return false;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
