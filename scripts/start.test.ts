import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unusedPort } from '../packages/testing/src/upstream/unused-port.ts';

describe.each(['node', 'bun', 'deno', 'workers'])('npm run start on %s', (runtime) => {
  let dataDir: string;
  let started: ChildProcess | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sluice-start-'));
  });
  afterEach(async () => {
    if (started?.exitCode === null) started.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<{ output: string; url: string; exit: Promise<number | null>; child: ChildProcess }> {
    const port = await unusedPort();
    const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), SLUICE_DATA_DIR: dataDir };
    const child = spawn('node', ['scripts/run.mjs', 'start', runtime], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    started = child;
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let output = '';
    for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      output += text;
      if (/curl .*\n/.test(output)) break;
    }
    return { output, url: `http://127.0.0.1:${port}`, exit, child };
  }

  test('prints what works, keeps its token, and ends cleanly with SIGTERM', async () => {
    const first = await start();
    expect(first.output).toContain(`${first.url}/v1/default/default/openai`);
    const token = /sluice_[\w-]+/.exec(first.output)?.[0];
    expect(await gateways(first.url, token)).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(0);

    const second = await start();
    expect(second.output).not.toContain('sluice_');
    expect(await gateways(second.url, token)).toBe(200);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  });
});

test('what npm leaves behind when it is ended is ended too', async () => {
  const port = await unusedPort();
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-start-'));
  const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), SLUICE_DATA_DIR: dataDir };
  // npm's shell, which stays between them and passes nothing on.
  const shell = spawn('sh', ['-c', 'node scripts/run.mjs start node; true'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => shell.stdout.once('close', resolve));
  await new Promise((resolve) => shell.stdout.once('data', resolve));
  shell.stdout.resume();
  shell.kill('SIGTERM');
  // The pipe closes with the last process that holds it.
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  await rm(dataDir, { recursive: true, force: true });
});

test('an unknown runtime is refused with the ones that exist', async () => {
  const child = spawn('node', ['scripts/run.mjs', 'start', 'perl'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(2);
  expect(said).toContain('node, bun, deno, workers');
});

async function gateways(url: string, token: string | undefined): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/client/v4/accounts/default/ai-gateway/gateways`, { headers })).status;
}

test.each(['node', 'bun', 'deno'])(
  'a first start on %s that finds its port taken says so and does not lose the token',
  async (runtime) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const dataDir = await mkdtemp(join(tmpdir(), 'sluice-start-'));
    const { port } = taken.address() as AddressInfo;
    const env = { ...process.env, HOST: '127.0.0.1', PORT: String(port), SLUICE_DATA_DIR: dataDir };
    const child = spawn('node', ['scripts/run.mjs', 'start', runtime], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const exit = once(child, 'exit');
    const said = await text(child.stderr);
    expect(said).toContain(`Port ${port} is in use on 127.0.0.1. Set PORT to another one.`);
    expect(said).toMatch(/sluice_[\w-]+/);
    expect((await exit)[0]).toBe(1);
    taken.close();
    await rm(dataDir, { recursive: true, force: true });
  },
);
