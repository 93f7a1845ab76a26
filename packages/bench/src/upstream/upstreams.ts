import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nginxCommand } from '../nginx.ts';
import { freePort } from '../ports.ts';
import { type Running, run } from '../running.ts';
import { CLIENT_HEADERS, type Target } from '../subjects/subject.ts';
import { ANSWER } from '../workload.ts';

/** A vendor's stand-in. */
export interface Upstream {
  readonly baseUrl: string;
  /** Where a client without a gateway would send its calls. */
  readonly direct: Target;
  stop(): Promise<void>;
}

/** nginx, which answers every call with the same whole answer. */
export async function startAnswers(directory: string): Promise<Upstream> {
  const port = await freePort();
  const http = `
  server {
    listen 127.0.0.1:${port};
    default_type application/json;
    location / { return 200 '${ANSWER}'; }
  }`;
  return upstream(
    port,
    await run({ command: nginxCommand(join(directory, 'upstream'), http), readyUrl: ready(port), core: 'load' }),
  );
}

/** A server that streams the same events to everybody, one every 5 ms. */
export async function startStreams(): Promise<Upstream> {
  const port = await freePort();
  const server = fileURLToPath(new URL('./stream-server.ts', import.meta.url));
  const env = { PORT: String(port) };
  return upstream(port, await run({ command: [process.execPath, server], env, readyUrl: ready(port), core: 'load' }));
}

function ready(port: number): string {
  return `http://127.0.0.1:${port}/ready`;
}

function upstream(port: number, running: Running): Upstream {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  return {
    baseUrl,
    direct: { url: `${baseUrl}/chat/completions`, headers: CLIENT_HEADERS },
    stop: () => running.stop(),
  };
}
