import { connect } from 'node:net';
import { findProgram } from './programs.ts';
import { type MissingService, startService, type TestService } from './service.ts';

/** Starts Redis, empty. It keeps a log of its writes, so `restart` finds what was there. */
export async function startRedis(): Promise<TestService | MissingService> {
  const program = findProgram('redis-server');
  if (program === undefined) return { missing: 'Redis is not installed: apt-get install redis-server' };
  return startService({
    name: 'redis',
    command: (folder, port) => [
      program,
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
      ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'no'],
    ],
    url: (port) => `redis://127.0.0.1:${port}`,
    isReady: answersPing,
  });
}

/** While it reads its data it answers with an error. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const settle = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.once('data', (reply) => settle(reply.toString().startsWith('+PONG')));
    socket.once('error', () => settle(false)).once('close', () => settle(false));
  });
}
