import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, runTool } from './packages.ts';

/**
 * A project that knows nothing of this workspace: the packed archives, Hono, and a program that mounts a gateway in an
 * app of its own, with the plugin the README shows.
 */
export async function createProject(folder: string, archives: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(join(root, 'scripts/pack/program'), folder, { recursive: true });
  await cp(join(root, 'docs/examples/plugin.ts'), join(folder, 'plugin.ts'));
  const files = Object.fromEntries([...archives].map(([name, path]) => [name, `file:${path}`]));
  await writeJson(join(folder, 'package.json'), {
    name: 'somebody-elses-app',
    private: true,
    type: 'module',
    dependencies: { ...files, hono: await honoVersion() },
  });
  // Only here do the packages' dependencies on each other lead to the archives in place of the registry.
  await writeJson(join(folder, 'pnpm-workspace.yaml'), { overrides: files, pmOnFail: 'ignore' });
  await runTool('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], folder);
}

async function honoVersion(): Promise<string> {
  const manifest = await readFile(join(root, 'docs/package.json'), 'utf8');
  return (JSON.parse(manifest) as { dependencies: { hono: string } }).dependencies.hono;
}

/** JSON is YAML too. */
async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value, null, 2));
}
