import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startUpstream, type Upstream } from '@sluice/testing';
import { type LaunchedGateway, launch } from '@sluice/testing/launch';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('index.ts', import.meta.url));
const SECRET = 'sk-test-key-from-the-environment';

const FILE = {
  version: 1,
  gateways: {
    prod: {
      authentication: false,
      cache_ttl: 300,
      provider_configs: [{ provider_slug: 'openai', alias: 'default', secret: { env: 'OPENAI_KEY' } }],
    },
  },
  custom_providers: {
    mine: {
      name: 'Mine',
      base_url: 'https://llm.example/v1',
      headers: { 'x-api-key': { env: 'OPENAI_KEY' }, 'x-team': 'a' },
    },
  },
};

let upstream: Upstream;
let gateway: LaunchedGateway;
let folder: string;
let file: string;
beforeAll(async () => {
  upstream = await startUpstream();
  const SLUICE_PROVIDER_OPENAI_BASE_URL = `${upstream.url}/v1`;
  gateway = await launch('node', {
    env: { SLUICE_MASTER_KEY: 'master-key-for-the-tests-of-the-cli', SLUICE_PROVIDER_OPENAI_BASE_URL },
  });
  folder = await mkdtemp(join(tmpdir(), 'sluice-cli-'));
}, 90_000);
afterAll(async () => {
  await gateway.stop();
  await upstream.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  file = join(folder, 'sluice.config.json');
  await writeFile(file, JSON.stringify(FILE));
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function sluice(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const known = { SLUICE_URL: gateway.url, SLUICE_ADMIN_TOKEN: gateway.adminToken, OPENAI_KEY: SECRET };
  const path = { PATH: process.env.PATH ?? '' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CLI, ...args], { env: { ...path, ...known, ...env } }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end();
  });
}

test('a file is planned, applied and then has nothing to change, and no secret is printed', {
  timeout: 60_000,
}, async () => {
  const planned = await sluice(['config', 'plan', file]);
  expect(planned.out).toContain('+ gateway prod\n    cache_ttl: 300\n');
  expect(planned.out).toContain('+ provider_config prod/openai/default\n    secret: a secret\n');
  expect(planned.out).toContain('3 to create, 0 to update, 0 to delete.');
  const applied = await sluice(['config', 'apply', file, '--yes']);
  expect(applied.out).toContain('Applied.');
  const again = await sluice(['config', 'plan', file]);
  expect(again.out).toBe('No changes: the account is as the file says.\n');
  expect([planned, applied, again].map(({ code }) => code)).toEqual([2, 0, 0]);
  const pulled = await sluice(['config', 'pull', '--out', join(folder, 'pulled.json')]);
  expect(pulled.code).toBe(0);
  const text = await readFile(join(folder, 'pulled.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ account: 'default', gateways: { prod: { cache_ttl: 300 }, default: {} } });
  expect(await sluice(['config', 'plan', join(folder, 'pulled.json'), '--prune'])).toMatchObject({ code: 0 });
  expect(JSON.stringify([planned, applied, again, pulled, text])).not.toContain(SECRET);
});

test('a module is a file too, and a change is shown with both values', { timeout: 60_000 }, async () => {
  await sluice(['config', 'apply', file, '--yes']);
  const module = join(folder, 'sluice.config.ts');
  const prod = { authentication: false, cache_ttl: 60 };
  await writeFile(
    module,
    `const ttl: number = 60;\nexport default ${JSON.stringify({ version: 1, gateways: { prod } })};`,
  );
  const planned = await sluice(['config', 'plan', module, '--prune']);
  expect(planned.out).toContain('~ gateway prod\n    cache_ttl: 300 -> 60\n');
  expect(planned.out).toContain('- gateway default');
  expect(planned.code).toBe(2);
});

test('the example of the guide can be applied', { timeout: 60_000 }, async () => {
  const page = await readFile(new URL('../../../../docs/guide/config-as-code.md', import.meta.url), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  const module = join(folder, 'example.config.ts');
  await writeFile(module, example);
  const { out, code } = await sluice(['config', 'plan', module], { OPENAI_API_KEY: SECRET });
  expect(out).toContain('+ custom_provider my-llm');
  expect(code).toBe(2);
});

test('what is wrong is said on stderr, changes nothing and ends with 1', { timeout: 90_000 }, async () => {
  await sluice(['config', 'apply', file, '--yes']);
  const wrong = join(folder, 'wrong.json');
  await writeFile(wrong, JSON.stringify({ version: 1, gateways: { prod: { cache_ttl: -1 } } }));
  const refused = await sluice(['config', 'apply', wrong, '--yes']);
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('"gateways.prod.cache_ttl"') });
  const says = async (args: readonly string[], env: Readonly<Record<string, string>>, words: string): Promise<void> =>
    expect(await sluice(args, env)).toMatchObject({ code: 1, err: expect.stringContaining(words) });
  await says(['config', 'plan', file], { OPENAI_KEY: '' }, 'variables that are not set: OPENAI_KEY.');
  await says(['config', 'plan', file], { SLUICE_ADMIN_TOKEN: '' }, 'Set SLUICE_ADMIN_TOKEN');
  await says(['config', 'plan', file], { SLUICE_ADMIN_TOKEN: 'nobody-with-this-token' }, 'unknown');
  await says(['config', 'plan', file], { SLUICE_URL: 'http://127.0.0.1:1' }, 'Could not reach');
  await says(['config', 'plan', join(folder, 'none.json')], {}, 'Could not read');
  await says(['config', 'plan'], {}, 'Name the file');
  await says(['config', 'push'], {}, 'There is no command');
  await says(['config', 'plan', file, '--force'], {}, '--force');
  await writeFile(file, JSON.stringify({ ...FILE, gateways: { prod: { ...FILE.gateways.prod, cache_ttl: 5 } } }));
  await says(['config', 'apply', file], {}, 'Add --yes');
  expect((await sluice(['config', 'pull'])).out).toContain('"cache_ttl": 300');
});

test('the schema of a file is printed for editors', { timeout: 30_000 }, async () => {
  const { code, out } = await sluice(['config', 'schema']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ properties: { version: { const: 1 }, gateways: {}, custom_providers: {} } });
});

test('while files are applied every call is answered', { timeout: 60_000 }, async () => {
  await sluice(['config', 'apply', file, '--yes']);
  let isOver = false;
  const statuses: number[] = [];
  const call = async (): Promise<void> => {
    while (!isOver) {
      const answer = await fetch(`${gateway.url}/v1/default/prod/openai/v1/models`);
      await answer.arrayBuffer();
      statuses.push(answer.status);
    }
  };
  const callers = Array.from({ length: 8 }, call);
  const headers = { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json' };
  for (let cache_ttl = 1; cache_ttl <= 20; cache_ttl++) {
    const config = { version: 1, gateways: { prod: { authentication: false, cache_ttl } } };
    const url = `${gateway.url}/client/v4/accounts/default/ai-gateway/config`;
    const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ config }) });
    expect(answer.status).toBe(200);
  }
  isOver = true;
  await Promise.all(callers);
  expect(statuses.length).toBeGreaterThan(8);
  expect([...new Set(statuses)]).toEqual([200]);
});
