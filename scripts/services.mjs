// The servers that some tests start for themselves: PostgreSQL and Redis. `node scripts/services.mjs` alone installs them
// where that is possible; elsewhere one line says so, and those tests are skipped.
import { existsSync } from 'node:fs';
import { debianPostgresFolders, findProgram } from '../packages/testing/src/services/programs.ts';
import { exitCode } from './run-step.mjs';

/** Resolves to what was `skipped`: nothing, or the servers that are missing. Having them is no test and counts as none. */
export async function run() {
  const reason = await whyMissing();
  if (reason === undefined) return { passed: 0, failed: 0, skipped: 0 };
  console.log(`skipped: tests with ${packagesMissing().join(' and ')} (${reason})`);
  return { passed: 0, failed: 0, skipped: 1 };
}

async function whyMissing() {
  if (packagesMissing().length === 0) return undefined;
  if (!existsSync('/etc/debian_version') || findProgram('apt-get') === undefined)
    return 'install them; this does so on Debian alone';
  const wanted = packagesMissing();
  const command = `apt-get install ${wanted.join(' ')}`;
  if (process.getuid() !== 0) return `run as root: ${command}`;
  await apt(['update', '-qq']);
  await apt(['install', '-y', '-qq', '--no-install-recommends', ...wanted]);
  return packagesMissing().length === 0 ? undefined : `failed: ${command}`;
}

/** Debian's packages that are not installed. */
function packagesMissing() {
  const programs = { postgresql: 'initdb', 'redis-server': 'redis-server' };
  const folders = debianPostgresFolders();
  return Object.keys(programs).filter((name) => findProgram(programs[name], folders) === undefined);
}

/** Whatever it answers, what counts is whether the programs are there afterwards. */
function apt(args) {
  // The run level keeps the packages from starting servers of their own: tests start theirs, on other ports.
  return exitCode('env', ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', ...args]);
}

if (import.meta.main) await run();
