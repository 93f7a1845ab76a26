import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The folder of a virtual environment's programs, with the packages of `scripts/<name>/requirements.txt`, made on first
 * use; or the `reason` why there is none.
 */
export async function prepareVenv(name) {
  const system = await findPython();
  if (system === undefined) return { reason: 'no Python 3.10 or newer with venv and pip here' };
  const requirements = join(import.meta.dirname, name, 'requirements.txt');
  const folder = join(import.meta.dirname, '..', '.cache', name);
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  // What the environment was made from: as long as it is the same, so is the environment.
  const recipe = join(folder, 'recipe.txt');
  const wanted = `${system.version}\n${await readFile(requirements, 'utf8')}`;
  if ((await readFile(recipe, 'utf8').catch(() => '')) === wanted) return { bin };
  try {
    console.log(`Installing Python packages into .cache/${name}, once ...`);
    await rm(folder, { recursive: true, force: true });
    await run(system.program, ['-m', 'venv', folder]);
    const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
    await run(join(bin, 'python'), ['-m', 'pip', 'install', ...quiet, '--requirement', requirements]);
  } catch (error) {
    return { reason: `could not install the packages: ${lastLine(error)}` };
  }
  await writeFile(recipe, wanted);
  return { bin };
}

const run = promisify(execFile);

async function findPython() {
  for (const program of ['python3', 'python']) {
    const probe = 'import sys, venv, ensurepip; print(sys.version); sys.exit(sys.version_info < (3, 10))';
    const found = await run(program, ['-c', probe]).catch(() => undefined);
    if (found !== undefined) return { program, version: found.stdout.trim() };
  }
  return undefined;
}

function lastLine(error) {
  return String(error.stderr ?? error)
    .trim()
    .split('\n')
    .at(-1);
}
