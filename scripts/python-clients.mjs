// The official Python packages make their calls through the gateway on Node. `node scripts/python-clients.mjs` runs them
// alone. Where Python or its packages are missing, one line says so.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startVendors } from '../packages/testing/src/clients/vendors.ts';
import { launch } from '../packages/testing/src/launch.ts';
import { compareLog } from './python-clients/log.mjs';
import { toPlan } from './python-clients/plan.mjs';
import { prepareVenv } from './venv.mjs';

/** Resolves to how many cases `passed`, `failed` and were `skipped`, and prints a line for each. */
export async function run() {
  const { bin, reason } = await prepareVenv('python-clients');
  if (bin === undefined) {
    console.log(`skipped: Python clients (${reason})`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const vendors = await startVendors();
  try {
    const gateway = await launch('node', { env: vendors.env });
    try {
      return await runCases(join(bin, 'python'), gateway);
    } finally {
      await gateway.stop();
    }
  } finally {
    await vendors.stop();
  }
}

async function runCases(python, gateway) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const report = (name, error) => {
    counts[error === null ? 'passed' : 'failed']++;
    console.log(` ${error === null ? '✓' : '×'} ${name}${error === null ? '' : `\n${error}`}`);
  };
  const rows = [];
  const child = startPython(python, gateway.url);
  const exit = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { name, error, row } = JSON.parse(line);
    report(name, error);
    rows.push(row);
  }
  const code = await exit;
  if (code !== 0) report(`Python ended with code ${code}`, 'See its message above.');
  report('the log has a row for every call', await compareLog(gateway, rows));
  return counts;
}

function startPython(python, gatewayUrl) {
  return spawn(python, [join(import.meta.dirname, 'python-clients', 'run.py')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      SLUICE_CLIENTS_PLAN: JSON.stringify(toPlan(gatewayUrl)),
      // A proxy of the machine must not come between, and no byte code beside the sources.
      NO_PROXY: '127.0.0.1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
}

if (import.meta.main) process.exitCode = (await run()).failed === 0 ? 0 : 1;
