// Schemathesis asks the management API everything that its OpenAPI document allows and much that it doesn't.
// `node scripts/schemathesis.mjs` runs it alone. Where Python or the package is missing, one line says so.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startVendors } from '../packages/testing/src/clients/vendors.ts';
import { launch } from '../packages/testing/src/launch.ts';
import { runStep } from './run-step.mjs';
import { seed } from './schemathesis/seed.mjs';
import { toSettings } from './schemathesis/settings.mjs';
import { prepareVenv } from './venv.mjs';

/** Resolves to one case that `passed` or `failed`, or was `skipped` with a line that says why. */
export async function run() {
  const { bin, reason } = await prepareVenv('schemathesis');
  if (bin === undefined) {
    console.log(`skipped: fuzz of the management API (${reason})`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const vendors = await startVendors();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-fuzz-'));
  try {
    const gateway = await launch('node', { env: vendors.env });
    try {
      const settings = join(folder, 'schemathesis.toml');
      await writeFile(settings, toSettings(await seed(gateway)));
      return await fuzz(join(bin, 'schemathesis'), settings, gateway);
    } finally {
      await gateway.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
    await vendors.stop();
  }
}

async function fuzz(program, settings, { url, adminToken, logs }) {
  const counts = await runStep(program, [
    `--config-file=${settings}`,
    'run',
    `${url}/client/v4/openapi.json`,
    `--header=Authorization: Bearer ${adminToken}`,
    '--continue-on-failure',
    '--no-color',
  ]);
  if (counts.failed > 0) console.log(`The gateway printed:\n${logs()}`);
  return counts;
}

if (import.meta.main) process.exitCode = (await run()).failed === 0 ? 0 : 1;
