import { join } from 'node:path';
import { packageFolder, packageVersion } from '../tools.ts';
import { CLIENT_HEADERS, type Subject } from './subject.ts';

const NAME = '@portkey-ai/gateway';

/** Portkey's open-source gateway on Node, as it is published. It stores nothing. */
export function portkey(): Subject {
  return {
    name: 'Portkey gateway on Node',
    version: packageVersion(NAME),
    missing: () => undefined,
    launch: ({ port, upstream }) => ({
      command: [process.execPath, join(packageFolder(NAME), 'build/start-server.js'), `--port=${port}`, '--headless'],
      env: { NODE_ENV: 'production' },
      readyUrl: `http://127.0.0.1:${port}/`,
      target: {
        url: `http://127.0.0.1:${port}/v1/chat/completions`,
        headers: { ...CLIENT_HEADERS, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': upstream },
      },
    }),
  };
}
