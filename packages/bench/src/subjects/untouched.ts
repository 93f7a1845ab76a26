import { fileURLToPath } from 'node:url';
import { bunProgram, packageVersion } from '../tools.ts';
import { CLIENT_HEADERS, type Subject } from './subject.ts';

/** The least a Node server can do that passes calls on: srvx, an undici pool, bodies piped through unread. */
export function untouchedOnNode(): Subject {
  return untouched({ runtime: 'Node', program: process.execPath, version: process.versions.node });
}

/** The least a Bun server can do: `fetch` in, `fetch` out. */
export function untouchedOnBun(): Subject {
  return untouched({ runtime: 'Bun', program: bunProgram(), version: packageVersion('bun') });
}

function untouched(options: { runtime: 'Node' | 'Bun'; program: string; version: string }): Subject {
  const server = fileURLToPath(new URL(`../baselines/${options.runtime.toLowerCase()}.ts`, import.meta.url));
  return {
    name: `Untouched on ${options.runtime}`,
    version: options.version,
    missing: () => undefined,
    launch: ({ port, upstream }) => ({
      command: [options.program, server],
      env: { PORT: String(port), UPSTREAM: new URL(upstream).origin },
      readyUrl: `http://127.0.0.1:${port}/health`,
      target: { url: `http://127.0.0.1:${port}/v1/chat/completions`, headers: CLIENT_HEADERS },
    }),
  };
}
