import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createProject } from './pack/empty-project.ts';
import { exportedNames, publishedDoors } from './pack/exported-names.ts';
import { filesBehind } from './pack/files-behind.ts';
import { withLocalWorker } from './pack/local-worker.ts';
import { buildAll, pack, published, runTool } from './pack/packages.ts';
import { makeCalls } from './pack/program/calls.ts';

/** Bytes of `@sluice/core`, minified and gzipped. Raising it is part of a review. */
const CORE_BUDGET = 14 * 1024;

const COMPLETION = JSON.stringify({ object: 'chat.completion', model: 'gpt-5-mini', choices: [] });

const archives = new Map<string, string>();
let folder = '';
let project = '';
let upstream: Server;
let upstreamUrl = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-pack-'));
  project = join(folder, 'project');
  await buildAll();
  for (const each of published) archives.set(each.name, await pack(each, folder));
  await createProject(project, archives);
  upstream = createServer((_, response) => response.setHeader('content-type', 'application/json').end(COMPLETION));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
}, 240_000);

afterAll(async () => {
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

describe.each(published)('the package $name', ({ name, folder: source, portable }) => {
  test('is packed without a mistake that publint knows', async () => {
    const tarball = await readFile(archives.get(name) ?? '');
    const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('has types that every ESM resolution finds', async () => {
    const options = ['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', '--no-color'];
    await runTool('attw', [archives.get(name) ?? '', ...options], folder);
  });

  test('exports the names it did before', async () => {
    const file = `pack/api/${name.replace(/^@sluice\//, '')}.txt`;
    await expect(exportedNames(source)).toMatchFileSnapshot(file);
  });

  test('opens all its doors to a project that installed it', async () => {
    const imports = publishedDoors(source).map(({ door }) => `await import(${JSON.stringify(join(name, door))});`);
    await runTool('node', ['--input-type=module', '--eval', imports.join('\n')], project);
  });

  if (portable) {
    test('needs no runtime behind the doors that are not named after one', () => {
      const files = filesBehind(source, (door) => !/node|postgres|cli$/.test(door));
      expect(files).not.toEqual([]);
      for (const { file, imports } of files) {
        expect(
          imports.filter((name) => /^(?:node|bun|cloudflare):/.test(name)),
          file,
        ).toEqual([]);
      }
    });
  }
});

test(`@sluice/core weighs at most ${CORE_BUDGET} bytes, minified and gzipped`, async () => {
  const entry = 'node_modules/@sluice/core/dist/index.mjs';
  const code = await runTool('bun', ['build', entry, '--minify', '--target=browser'], project);
  expect(gzipSync(code).byteLength).toBeLessThanOrEqual(CORE_BUDGET);
});

describe('an app of somebody else with a gateway and a plugin in it', () => {
  const expected = {
    own: { status: 200, answeredBy: null, body: 'an app of its own' },
    allowed: { status: 200, answeredBy: 'openai', body: COMPLETION },
    refused: { status: 400, answeredBy: 'openai', body: expect.stringContaining('is not allowed') },
  };

  test('compiles against the packed declarations', async () => {
    await runTool('tsc', ['-p', '.'], project);
  });

  test.each([
    { runtime: 'Node', program: 'node', args: ['main.ts'] },
    { runtime: 'Bun', program: 'bun', args: ['main.ts'] },
    { runtime: 'Deno', program: 'deno', args: ['run', '--allow-all', '--node-modules-dir=manual', 'main.ts'] },
  ])('works on $runtime', async ({ program, args }) => {
    const output = await runTool(program, args, project, { UPSTREAM: upstreamUrl });
    expect(JSON.parse(output)).toEqual(expected);
  });

  test('works in a Worker bundle', async () => {
    const answers = await withLocalWorker({ project, upstream: upstreamUrl }, (origin) =>
      makeCalls((path, init) => fetch(origin + path, init)),
    );
    expect(answers).toEqual(expected);
  }, 90_000);
});
