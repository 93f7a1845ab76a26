import { connect, type Socket } from 'node:net';
import postgres, { type Sql } from 'postgres';
import { COLUMN_TYPES } from './column-types.ts';
import { PostgresFailure, withoutValues } from './failure.ts';

/** One connection for one user at a time. It never comes back: who finds it closed opens another one. */
export interface PostgresConnection {
  readonly sql: Sql;
  readonly openedAt: number;
  isOpen(): boolean;
  close(): void;
}

/** How connections to this address are opened. Throws for an address that can't be read, without repeating it. */
export function openConnection(url: string, limitMs: number): () => Promise<PostgresConnection> {
  const { address, hosts } = readAddress(url);
  let attempts = 0;
  return async () => {
    let socket: Socket | undefined;
    let isOpen = true;
    const settings = {
      ...SETTINGS,
      ...hosts[attempts++ % hosts.length],
      connect_timeout: (SHARE_OF_LIMIT * limitMs) / 1000,
      onclose: () => {
        isOpen = false;
      },
      // The client would reconnect by itself, also between two statements of a transaction, and run the rest outside of
      // it. It can't without a socket.
      socket: (target: Target) => {
        if (socket !== undefined) throw new PostgresFailure('PostgreSQL closed the connection.');
        socket = openSocket(target);
        return socket;
      },
    };
    const sql = postgres(address, settings);
    const close = (): void => {
      isOpen = false;
      void sql.end({ timeout: 0 }).finally(() => socket?.destroy());
    };
    // The client's own limit ends when the server lets it in, and the server may fall silent right then.
    const timer = setTimeout(close, limitMs);
    try {
      // As a statement: a pooler such as PgBouncer refuses it among the parameters of the connection.
      await sql.unsafe(`SET statement_timeout = ${Math.ceil(SHARE_OF_LIMIT * limitMs)}`);
    } catch (error) {
      close();
      throw withoutValues(error);
    } finally {
      clearTimeout(timer);
    }
    return { sql, openedAt: performance.now(), isOpen: () => isOpen, close };
  };
}

/** What goes on longer is ended by the server, which keeps the connection, before the caller is told that time is up. */
const SHARE_OF_LIMIT = 0.8;

const SETTINGS = {
  max: 1,
  // A batch is sent without waiting for answers in between.
  max_pipeline: 10_000,
  idle_timeout: 0,
  // Ending by itself in the middle of a transaction is the last thing it should do; the pool ends old ones.
  max_lifetime: null,
  fetch_types: false,
  types: COLUMN_TYPES,
  onnotice: (): void => {},
};

/** The client's own reading of the address. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
}

function openSocket({ host: [host = 'localhost'], port: [port = 5432], path }: Target): Socket {
  // The client asks the socket for the name in the server's certificate.
  return path ? connect(path) : Object.assign(connect(port, host), { host });
}

interface Address {
  readonly address: string;
  /** Each attempt goes to the next one. Given all, the client would wait for its own next try, for which it gets no socket. */
  readonly hosts: readonly { readonly host?: string; readonly port?: number }[];
}

/** Some vendors' addresses carry what only libpq understands, and the server refuses what it does not know. */
function readAddress(url: string): Address {
  try {
    const [base = '', query] = url.split('?', 2);
    const parts = new URLSearchParams(query);
    for (const name of ['channel_binding', 'gssencmode']) parts.delete(name);
    const address = parts.size > 0 ? `${base}?${parts}` : base;
    // Reads the address and opens nothing.
    const { host, port } = postgres(address, { max: 1 }).options;
    if (host.length === 1) return { address, hosts: [{}] };
    return { address, hosts: host.map((name, index) => ({ host: name, port: port[index] ?? 5432 })) };
  } catch {
    // The reason repeats the address, and the password with it.
    throw new PostgresFailure(
      'The address of PostgreSQL cannot be read. It looks like postgres://user:password@host:5432/database, with signs such as @ and / in the password written as %40 and %2F.',
    );
  }
}
