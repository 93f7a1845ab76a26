import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const MIB = 1024 * 1024;

test('wrangler builds a bundle that is at most 1 MiB gzipped and needs nothing of Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bundle-'));
  try {
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const env = { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' };
    await promisify(execFile)('wrangler', ['deploy', '--dry-run', '--outdir', folder], { cwd, env });
    const bundle = await readFile(join(folder, 'main.js'));
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(MIB);
    expect(bundle.toString()).not.toMatch(/from\s*["']node:/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
