// What `npm start`, `npm test` and their likes call. Runs on any Node from 16 on, with nothing installed: it installs
// what the lockfile names, then hands over to the pinned runtime in node_modules/.bin.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { install, root } from './install.mjs';

const STARTS = {
  node: ['node', 'apps/node/src/main.ts'],
  bun: ['bun', 'apps/bun/src/main.ts'],
  // The package's own wrapper would not pass signals on.
  deno: ['../deno/deno', 'run', '--allow-all', '--quiet', '--unstable-no-legacy-abort', 'apps/deno/src/main.ts'],
  workers: ['node', 'apps/workers/local/start.ts'],
};

const TASKS = {
  start: ([runtime = 'node', ...rest]) => [...(STARTS[runtime] || unknown('runtime', runtime, STARTS)), ...rest],
  dev: (rest) => ['tsx', 'watch', 'apps/node/src/main.ts', ...rest],
  test: (rest) => ['node', 'scripts/test.mjs', ...rest],
  bench: (rest) => ['node', 'packages/bench/src/main.ts', ...rest],
  'bench:logs': (rest) => ['node', 'packages/bench/src/log-store/main.ts', ...rest],
  seed: (rest) => ['node', 'scripts/seed.mjs', ...rest],
  faults: (rest) => ['node', 'scripts/faults.mjs', ...rest],
  config: (rest) => ['node', 'packages/sluice/src/cli/index.ts', 'config', ...rest],
  check: (rest) => ['node', 'scripts/check.mjs', ...rest],
  build: (rest) => ['turbo', 'run', 'build', ...rest],
};

const [name = '', ...rest] = process.argv.slice(2);
const command = (TASKS[name] || unknown('task', name, TASKS))(rest);
if (await install()) run(command);
else process.exitCode = 1;

/** Runs the command in place of this process: its signals, its exit code. */
function run([program, ...args]) {
  const bin = join(root, 'node_modules', '.bin');
  const env = {
    ...process.env,
    PATH: bin + delimiter + process.env.PATH,
    // A third off each start of Node but the first.
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    // Nothing here phones home.
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    WRANGLER_SEND_METRICS: 'false',
    // Bun allows 256 requests under way to upstreams unless told otherwise; a gateway's calls mostly wait.
    BUN_CONFIG_MAX_HTTP_REQUESTS: '65336',
  };
  const child = spawn(join(bin, program), args, { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: the child has it already, and a second one would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  // npm hands SIGTERM to its shell, which dies of it and tells nobody: a new parent is all that is seen of that.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(orphaned);
    child.kill('SIGTERM');
  }, 200);
  orphaned.unref();
  child.on('error', (error) => {
    console.error(`Could not run ${program}: ${error.message}. Delete node_modules and try again.`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code;
  });
}

function unknown(what, given, known) {
  console.error(`There is no ${what} "${given}". Choose one of: ${Object.keys(known).join(', ')}.`);
  process.exit(2);
}
