import { join } from 'node:path';
import { bunProgram, packageFolder, packageVersion } from '../tools.ts';
import { type Budget, CLIENT_HEADERS, type Launch, type Place, type Subject } from './subject.ts';

const ADMIN_TOKEN = 'sk-test-admin-token-of-the-benchmark';

/** Sluice on Node as `npm start` runs it: every call leaves a priced row with its bodies in SQLite. */
export function sluiceOnNode(): Subject {
  return sluice({
    runtime: 'Node',
    program: process.execPath,
    budget: { callMicros: 260, eventOverhead: 0.25 },
  });
}

/** Sluice on Bun, with the same settings. */
export function sluiceOnBun(): Subject {
  return sluice({ runtime: 'Bun', program: bunProgram(), budget: { callMicros: 130, eventOverhead: 0.2 } });
}

function sluice(options: { runtime: 'Node' | 'Bun'; program: string; budget: Budget }): Subject {
  const app = `@sluice/app-${options.runtime.toLowerCase()}`;
  return {
    name: `Sluice on ${options.runtime}`,
    version: packageVersion(app),
    untouched: `Untouched on ${options.runtime}`,
    budget: options.budget,
    missing: () => undefined,
    launch: (place) => launch(place, [options.program, join(packageFolder(app), 'src/main.ts')]),
  };
}

function launch({ port, upstream, directory }: Place, command: readonly [string, ...string[]]): Launch {
  const origin = `http://127.0.0.1:${port}`;
  return {
    command,
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      SLUICE_DATA_DIR: directory,
      SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
      SLUICE_PROVIDER_OPENAI_BASE_URL: upstream,
    },
    readyUrl: `${origin}/health`,
    target: { url: `${origin}/v1/default/default/openai/chat/completions`, headers: CLIENT_HEADERS },
    stored: () => countRows(origin),
  };
}

async function countRows(origin: string): Promise<number> {
  const response = await fetch(`${origin}/client/v4/accounts/default/ai-gateway/gateways/default/logs?per_page=1`, {
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  const answer = (await response.json()) as { result_info?: { total_count?: number } };
  return answer.result_info?.total_count ?? 0;
}
