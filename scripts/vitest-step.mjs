import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCode } from './run-step.mjs';

/** Runs vitest and counts its tests. A file that could not even be loaded counts as one failed test. */
export async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-vitest-'));
  const outputFile = join(folder, 'results.json');
  try {
    const code = await exitCode('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${outputFile}`,
      ...args,
    ]);
    return count(JSON.parse(readFileSync(outputFile, 'utf8')), code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function count({ testResults }, code) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of testResults) {
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) counts.failed++;
    for (const test of file.assertionResults) counts[kindOf(test, file)]++;
  }
  // An unhandled rejection belongs to no test, but vitest fails for it.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function kindOf({ status, fullName }, file) {
  if (status === 'passed' || status === 'failed') return status;
  console.log(`skipped: ${fullName} (${file.name})`);
  return 'skipped';
}
