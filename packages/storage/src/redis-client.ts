import { Redis } from 'ioredis';

export interface RedisConnectionOptions {
  /** Told when the server goes away: once, and not again before it was back. */
  readonly report?: (problem: string, cause?: unknown) => void;
  /** A command without an answer by then is rejected; 500 milliseconds unless set. */
  readonly commandTimeoutMs?: number;
}

/**
 * A client that never makes anybody wait for a server that is away: commands are rejected at once while there is no
 * connection, are not sent a second time, and connecting is tried again for ever. Resolves when the first try succeeded
 * or failed. Rejects for nothing but an address that can't be read, without repeating it.
 */
export async function connectRedis(url: string, options: RedisConnectionOptions = {}): Promise<Redis> {
  const { report = () => {}, commandTimeoutMs = 500 } = options;
  // The client's own error holds the address, and the password with it.
  if (!URL.canParse(url)) throw new Error(UNREADABLE);
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: commandTimeoutMs,
    // A host that vanished closes nothing; the connection is given up when it owes answers for so long.
    socketTimeout: 2 * commandTimeoutMs,
    connectTimeout: CONNECT_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), MAX_PAUSE_MS),
    // After a failover the old master still answers, but takes no writes.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  watch(client, report);
  await firstTry(client);
  return client;
}

const UNREADABLE =
  'The address of Redis cannot be read. It looks like redis://user:password@host:6379, with signs such as @ and / in the password written as %40 and %2F.';

const CONNECT_MS = 2000;
const MAX_PAUSE_MS = 2000;

function watch(client: Redis, report: NonNullable<RedisConnectionOptions['report']>): void {
  let isAway = false;
  const away = (cause?: unknown): void => {
    if (isAway) return;
    isAway = true;
    const { host, port } = client.options;
    report(`Redis at ${host}:${port} can't be reached. Connecting is tried again until it is back.`, cause);
  };
  // Without a listener for errors, ioredis writes each of them to the console.
  client.on('error', away);
  client.on('reconnecting', () => away());
  client.on('ready', () => {
    isAway = false;
  });
}

function firstTry(client: Redis): Promise<void> {
  return new Promise((resolve) => {
    client.once('ready', resolve);
    client.once('close', resolve);
  });
}
