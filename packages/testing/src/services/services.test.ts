import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { startPostgres, startRedis } from './index.ts';

const start = { PostgreSQL: startPostgres, Redis: startRedis };

for (const [name, startServer] of Object.entries(start)) {
  const server = await startServer();
  const missing = 'missing' in server;
  describe.skipIf(missing)(missing ? `${name}: ${server.missing}` : name, () => {
    // Never runs without a server.
    if (missing) return;
    afterAll(() => server.stop());

    test('is back on its port after it was killed', async () => {
      await server.kill();
      await expect(connected(server.url)).rejects.toThrow('ECONNREFUSED');
      await server.restart();
      await connected(server.url);
    });

    test('starts again when it was killed while it paused', async () => {
      server.pause();
      await server.kill();
      await server.restart();
      await connected(server.url);
    });

    test('ends with the process that started it, even when that is killed', async () => {
      const script = `import { ${startServer.name} } from '${new URL('./index.ts', import.meta.url)}';
        console.log((await ${startServer.name}()).url);
        setInterval(() => {}, 1000);`;
      const parent = execFile(process.execPath, ['--input-type=module', '-e', script]);
      const [url] = await once(parent.stdout ?? parent, 'data');
      await connected(url);
      parent.kill('SIGKILL');
      while (
        await connected(url).then(
          () => true,
          () => false,
        )
      );
    });
  });
}

function connected(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
