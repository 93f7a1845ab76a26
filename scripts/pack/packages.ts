import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** A package of the workspace that goes to the registry. */
export interface PublishedPackage {
  readonly name: string;
  readonly folder: string;
  /** Compiles without the types of any runtime, so it may not bring any runtime's modules either. */
  readonly portable: boolean;
}

/** Every package that is not private. */
export const published: readonly PublishedPackage[] = globSync('{packages,plugins}/*/package.json', { cwd: root })
  .sort()
  .map((file) => join(root, dirname(file)))
  .map((folder) => ({ folder, manifest: readManifest(folder), portable: isPortable(folder) }))
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ folder, manifest, portable }) => ({ name: manifest.name, folder, portable }));

/** Builds every package; turbo leaves out what has not changed. */
export async function buildAll(): Promise<void> {
  const filters = published.map(({ name }) => `--filter=${name}`);
  await runTool('turbo', ['run', 'build', '--output-logs=errors-only', ...filters], root);
}

/** Packs a package as it would be published; returns the path of the archive. */
export async function pack({ folder }: PublishedPackage, destination: string): Promise<string> {
  const output = await runTool('pnpm', ['pack', '--json', '--pack-destination', destination], folder);
  const { filename } = JSON.parse(output) as { filename: string };
  return filename;
}

/** Runs one of the workspace's own programs and returns what it prints; rejects with everything it printed. */
export async function runTool(program: string, args: readonly string[], cwd: string, env = {}): Promise<string> {
  const bin = join(root, 'node_modules/.bin');
  const full = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    CI: 'true',
    TURBO_TELEMETRY_DISABLED: '1',
    ...env,
  };
  try {
    const { stdout } = await promisify(execFile)(join(bin, program), [...args], { cwd, env: full, timeout: 120_000 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed: ${stdout}\n${stderr}`, { cause: error });
  }
}

function isPortable(folder: string): boolean {
  return readFileSync(join(folder, 'tsconfig.json'), 'utf8').includes('tsconfig.portable.json');
}

function readManifest(folder: string): { readonly name: string; readonly private?: boolean } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; private?: boolean };
}
