import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The Python of a virtual environment with the required packages, made on first use; or the `reason` why there is none. */
export async function prepareVenv() {
  const system = await findPython();
  if (system === undefined) return { reason: 'no Python 3.10 or newer with venv and pip here' };
  const recipe = `${system.version}\n${await readFile(REQUIREMENTS, 'utf8')}`;
  if ((await readFile(RECIPE, 'utf8').catch(() => '')) === recipe) return { python: PYTHON };
  try {
    await makeVenv(system.program);
  } catch (error) {
    return { reason: `could not install the packages: ${lastLine(error)}` };
  }
  await writeFile(RECIPE, recipe);
  return { python: PYTHON };
}

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const VENV = join(import.meta.dirname, '..', '..', '.cache', 'python-clients');
const PYTHON = process.platform === 'win32' ? join(VENV, 'Scripts', 'python.exe') : join(VENV, 'bin', 'python');
/** What the environment was made from: as long as it is the same, so is the environment. */
const RECIPE = join(VENV, 'recipe.txt');

const run = promisify(execFile);

async function findPython() {
  for (const program of ['python3', 'python']) {
    const probe = 'import sys, venv, ensurepip; print(sys.version); sys.exit(sys.version_info < (3, 10))';
    const found = await run(program, ['-c', probe]).catch(() => undefined);
    if (found !== undefined) return { program, version: found.stdout.trim() };
  }
  return undefined;
}

async function makeVenv(program) {
  console.log('Installing the Python clients into .cache/python-clients, once ...');
  await rm(VENV, { recursive: true, force: true });
  await run(program, ['-m', 'venv', VENV]);
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-input'];
  await run(PYTHON, ['-m', 'pip', 'install', ...quiet, '--requirement', REQUIREMENTS]);
}

function lastLine(error) {
  return String(error.stderr ?? error)
    .trim()
    .split('\n')
    .at(-1);
}
