import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const source = (name: string) => new URL(`../src/${name}`, import.meta.url);

test('drizzle-orm is loaded as the modules it is, and what was compiled is kept beside the installed packages', async () => {
  const script = `
    const { loadFast } = await import('${source('fast-loading.ts')}');
    loadFast();
    const { createStorage } = await import('@sluice/storage');
    const { getCompileCacheDir } = await import('node:module');
    console.log(typeof createStorage, getCompileCacheDir());
  `;
  // The test runner has a compile cache of its own, and hands it on to its children.
  const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
  const options = { cwd: new URL('..', import.meta.url), env };
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '--eval', script], options);
  expect(stdout).toMatch(/^function .*apps\/node\/node_modules\/\.cache\/compiled/);
});

test('nothing is loaded before the fast way is open', async () => {
  const main = await readFile(source('main.ts'), 'utf8');
  const imports = main.match(/^import .*$/gm);
  expect(imports).toEqual(["import { loadFast } from './fast-loading.ts';"]);
});
