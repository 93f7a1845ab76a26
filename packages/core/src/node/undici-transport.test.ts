import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { undiciTransport } from './undici-transport.ts';

test.each(['http', 'https'])('a %s upstream that takes connections and says nothing is bounded', async (scheme) => {
  const server = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const transport = undiciTransport();
  const signal = new AbortController().signal;
  const request = { method: 'GET', url: `${scheme}://127.0.0.1:${port}/`, headers: {}, body: null, signal };
  await expect(transport.send({ ...request, timeoutMs: 50 })).rejects.toMatchObject({ kind: 'timeout' });
  server.close();
});
