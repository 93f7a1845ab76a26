import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from './packages.ts';

/** Bundles the project's worker and runs it in workerd, as `wrangler dev` does on a developer's machine. */
export async function withLocalWorker<T>(
  { project, upstream }: { readonly project: string; readonly upstream: string },
  use: (origin: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const options = ['--local', '--ip', '127.0.0.1', '--port', String(port), '--compatibility-date', '2026-01-01'];
  const args = [
    'dev',
    'worker.ts',
    ...options,
    '--var',
    `UPSTREAM:${upstream}`,
    '--show-interactive-dev-session=false',
  ];
  const child = spawn(join(root, 'node_modules/.bin/wrangler'), args, {
    cwd: project,
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
      CI: 'true',
      WRANGLER_SEND_METRICS: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ready on')) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', () => reject(new Error(`wrangler dev ended: ${output}`)));
  });
  try {
    await ready;
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    child.removeAllListeners('exit');
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
