import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startUpstream } from '@sluice/testing';
import { launch } from '@sluice/testing/launch';
import { expect, vi } from 'vitest';

/** A running Sluice, and a folder in which examples of the documentation run against it. */
export interface ApiWorld {
  /** Runs a page's commands as one script, and keeps what every `curl` in it was answered. */
  runShell(script: string, options?: ShellOptions): Promise<Ran & { readonly answers: readonly Answer[] }>;
  /** Runs a program as a module of its own, with the official client within reach. */
  runModule(program: string): Promise<Ran>;
  /** Makes calls through a gateway, and waits until they are in its log. */
  makeCalls(gateway: string): Promise<void>;
  /** Every route of the server's own description. */
  routes(): Promise<readonly Route[]>;
  close(): Promise<void>;
}

/** A route with the names of its parameters left out: `/gateways/{}`. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly role: string;
}

export interface ShellOptions {
  /** A command that fails does not end the script. */
  readonly goesOn?: boolean;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What one `curl` was answered. */
export interface Answer {
  readonly body: string;
}

/** Starts all of it. */
export async function openApiWorld(): Promise<ApiWorld> {
  const vendor = await startUpstream();
  vendor.respond({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(COMPLETION) });
  const gateway = await launch('node', { env: { SLUICE_PROVIDER_OPENAI_BASE_URL: vendor.url } });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-docs-'));
  await writeCurl(join(folder, 'bin'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(CLIENT, join(folder, 'node_modules', 'cloudflare'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const env = {
    ...process.env,
    PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
    SLUICE_URL: gateway.url,
    SLUICE_ADMIN_TOKEN: gateway.adminToken,
    // The official client has hundreds of files, and most pages load it.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
  };
  const authorized = { authorization: `Bearer ${gateway.adminToken}` };
  const run = (program: string, args: readonly string[], more = {}) =>
    runProgram(program, args, { cwd: folder, env: { ...env, ...more } });

  return {
    runShell: async (script, { goesOn = false } = {}) => {
      const answers = await mkdtemp(join(folder, 'answers-'));
      const rules = goesOn ? 'set -u' : 'set -euo pipefail';
      const ran = await run('bash', ['-c', `${rules}\n${script}`], { ANSWERS: answers });
      const names = (await readdir(answers)).sort();
      const bodies = await Promise.all(names.map((name) => readFile(join(answers, name), 'utf8')));
      return { ...ran, answers: bodies.map((body) => ({ body })) };
    },
    runModule: async (program) => {
      await writeFile(join(folder, 'example.ts'), program);
      return run(process.execPath, ['--disable-warning=ExperimentalWarning', 'example.ts']);
    },
    makeCalls: async (id) => {
      for (const model of ['gpt-5-mini', 'gpt-5-mini', 'gpt-5']) {
        const answer = await fetch(`${gateway.url}/v1/default/${id}/openai/chat/completions`, {
          method: 'POST',
          headers: { ...JSON_TYPE, ...authorized, 'cf-aig-metadata': '{"team":"blue"}' },
          body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
        });
        expect(await answer.json()).toEqual(COMPLETION);
      }
      const rows = `${gateway.url}/client/v4/accounts/default/ai-gateway/gateways/${id}/logs`;
      const total = async () => {
        const list = (await (await fetch(rows, { headers: authorized })).json()) as List;
        return list.result_info.total_count;
      };
      // Rows are written in batches behind the answers.
      await vi.waitFor(async () => expect(await total()).toBe(3), { timeout: 20_000 });
    },
    routes: async () => {
      const { paths } = (await (await fetch(`${gateway.url}/client/v4/openapi.json`)).json()) as Description;
      return Object.entries(paths).flatMap(([path, operations]) =>
        Object.entries(operations).map(([method, operation]) => ({
          method: method.toUpperCase(),
          path: path.replaceAll(/\{\w+\}/g, '{}'),
          role: operation['x-role'] ?? 'anyone',
        })),
      );
    },
    close: async () => {
      await gateway.stop();
      await vendor.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The official client, which the management API is tested with. */
const CLIENT = fileURLToPath(new URL('../../packages/management/node_modules/cloudflare', import.meta.url));

const JSON_TYPE = { 'content-type': 'application/json' };

const COMPLETION = {
  model: 'gpt-5-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

interface List {
  readonly result_info: { readonly total_count: number };
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly 'x-role'?: string }>>>>;
}

/** The real `curl`, which fails on a refusal, says nothing else, and leaves a copy of each answer, in order. */
async function writeCurl(folder: string): Promise<void> {
  const script = `#!/usr/bin/env bash
set -euo pipefail
PATH="\${PATH#*${delimiter}}"
curl --silent --show-error --fail-with-body "$@" | tee "$ANSWERS/$(ls "$ANSWERS" | wc -l | xargs printf '%04d')"
`;
  await mkdir(folder);
  await writeFile(join(folder, 'curl'), script);
  await chmod(join(folder, 'curl'), 0o755);
}

async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
