import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { postgresCounters } from '@sluice/storage/postgres-counters';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LoadReport } from '../test/counters-load.ts';
import { startPostgres, type TestService } from './services/index.ts';

const server = await startPostgres();

if ('missing' in server) test.skip(`Counters in PostgreSQL: ${server.missing}`, () => {});
else {
  afterAll(() => server.stop());
  describe('counters in PostgreSQL', () => testFailures(server));
}

const TEST_MS = 120_000;
const KILLS = 6;

function testFailures(server: TestService): void {
  // In a process of its own: what nobody catches ends it, as it would end a gateway.
  test(
    'a server that is killed in the middle of transactions, again and again, costs no more than the calls of that time',
    async () => {
      const child = fork(LOAD, ['postgres', server.url]);
      const exited = once(child, 'exit');
      onTestFinished(() => void child.kill());
      await messageOf(child, exited);
      for (let kill = 0; kill < KILLS; kill++) {
        await verdicts(child, exited, 5 + kill);
        await server.kill();
        await server.restart();
      }
      await verdicts(child, exited, 20);
      child.send('end');
      const report = (await messageOf(child, exited)) as LoadReport;
      expect(report.hung).toBe(0);
      // Those under way when the server went, at the least.
      expect(report.rejected).toBeGreaterThanOrEqual(KILLS);
      expect(await exited).toEqual([0, null]);
    },
    TEST_MS,
  );

  test('a server that lets in and then says nothing takes no connection away for good', async () => {
    const proxy = await startProxy(server.url, { silent: 4 });
    const counters = postgresCounters(proxy.url, { timeoutMs: 300 });
    onTestFinished(async () => {
      await counters.close?.();
      proxy.close();
    });
    const demand = { key: 'silent', limit: 1, windowMs: 86_400_000, technique: 'fixed', amount: 1 } as const;
    const take = async () => counters.take([demand], { now: 0, lease: '' });
    for (let call = 0; call < 4; call++) await expect(take()).rejects.toThrow();
    // By itself, as soon as the last silent one is given up.
    await expect.poll(() => take().catch(() => undefined), { timeout: 20_000 }).toMatchObject({ standings: [{}] });
  });

  test('an address that cannot be read is said to be so, and not repeated', () => {
    expect(() => postgresCounters('postgres://user:sk-test-secret@host:port/name')).toThrow(
      /^(?!.*sk-test).*postgres:/,
    );
  });
}

const LOAD = join(import.meta.dirname, '../test/counters-load.ts');

async function verdicts(child: ChildProcess, exited: Promise<unknown[]>, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    child.send('tell');
    await messageOf(child, exited);
  }
}

async function messageOf(child: ChildProcess, exited: Promise<unknown[]>): Promise<unknown> {
  const early = exited.then(([code, signal]) => {
    throw new Error(`The process under load ended by itself: ${code ?? signal}`);
  });
  const [message] = await Promise.race([once(child, 'message'), early]);
  return message;
}

/** Stands before the server. The first connections are let in, and then nothing answers. */
async function startProxy(url: string, { silent }: { readonly silent: number }) {
  const { hostname, port } = new URL(url);
  let connections = 0;
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    if (++connections <= silent) return void socket.once('data', () => socket.write(LET_IN));
    const upstream = connect(Number(port), hostname).on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  const at = typeof address === 'object' ? address?.port : undefined;
  return { url: `postgres://postgres@127.0.0.1:${at}/postgres`, close: () => proxy.close() };
}

/** AuthenticationOk and ReadyForQuery. */
const LET_IN = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
