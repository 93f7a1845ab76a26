import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const stampFile = join(root, 'node_modules', '.sluice-install');

/** Installs what the lockfile names, unless it is there already. False when that failed; the reason was printed. */
export async function install() {
  const wanted = stamp();
  if (read(stampFile) === wanted) return true;
  const pnpm = JSON.parse(read(join(root, 'package.json'))).packageManager;
  console.error(`Installing dependencies with ${pnpm} (only when they change) ...`);
  // This is the pinned pnpm already, so it need not look for itself in the lockfile.
  const options = ['--frozen-lockfile', '--reporter=append-only', '--pm-on-fail=ignore'];
  const result = spawnSync('npx', ['--yes', pnpm, 'install', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, CI: 'true' },
  });
  if (result.status !== 0) {
    explain(result);
    return false;
  }
  writeFileSync(stampFile, wanted);
  return true;
}

/** Changes when what must be installed changes. */
function stamp() {
  const hash = createHash('sha256');
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(read(join(root, file)));
  return hash.digest('hex');
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function explain({ stdout, stderr, error }) {
  if (error) console.error(`npx could not be run: ${error.message}. It comes with Node.js: https://nodejs.org`);
  else console.error(`${stdout}${stderr}`);
  console.error(
    'Installing failed. Is the npm registry reachable (npm ping)? If pnpm-lock.yaml is out of date, run: npx pnpm install',
  );
}
