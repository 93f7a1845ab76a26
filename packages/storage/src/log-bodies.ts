import type { LogBodies, LogEntry } from '@sluice/core';
import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import type { SqlDatabase, SqlValue, SqlWrite } from './database.ts';
import type { Drizzle } from './drizzle.ts';
import { logBodies } from './schema/sqlite.ts';

/** Which side of a call. */
export type BodyPart = 'request' | 'response';

/** The first bytes of a body, and whether they are all of it. */
export interface BodyHead {
  readonly bytes: Uint8Array;
  readonly complete: boolean;
}

/** Reads what was said, by the id of a row the caller has already looked up. Undefined stands for what was not kept. */
export interface LogBodyReader {
  body(logId: string, part: BodyPart): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** At most `maxBytes` (below 512 KiB) from the start, without reading the rest. */
  bodyHead(logId: string, part: BodyPart, maxBytes: number): Promise<BodyHead | undefined>;
}

/** Two of them in one row are half of what D1 takes. */
const PIECE_BYTES = 512 * 1024;

/**
 * Writes bodies, to be run in the transaction of their rows and before them. Every row gets a first piece, an empty one
 * when no body was kept: its key then keeps later bodies of the same id away, at half the cost of asking for the row.
 */
export function bodyWrites(entries: readonly LogEntry[]): SqlWrite[] {
  const first: SqlValue[][] = [];
  const more: SqlValue[][] = [];
  for (const { record, bodies } of entries) {
    const { request, response } = bodies ?? NO_BODIES;
    const pieces = Math.max(piecesOf(request), piecesOf(response));
    first.push([record.id, pieceOf(request, 0), pieceOf(response, 0)]);
    for (let piece = 1; piece < pieces; piece++) {
      more.push([record.id, piece, pieceOf(request, piece), pieceOf(response, piece)]);
    }
  }
  return [
    { sql: INSERT_FIRST, rows: first },
    { sql: INSERT_MORE, rows: more },
  ];
}

const NO_BODIES: LogBodies = { request: null, response: null };

const INSERT_FIRST =
  'INSERT INTO log_bodies (log_id, piece, request, response) VALUES (?, 0, ?, ?) ON CONFLICT DO NOTHING';

// The first body may have had fewer pieces than one that comes late.
const INSERT_MORE =
  'INSERT INTO log_bodies (log_id, piece, request, response) SELECT ?1, ?2, ?3, ?4 ' +
  'WHERE NOT EXISTS (SELECT 1 FROM logs WHERE id = ?1) ON CONFLICT DO NOTHING';

/** An empty body is kept too: one empty piece. */
function piecesOf(body: Uint8Array | null): number {
  return body === null ? 0 : Math.max(1, Math.ceil(body.length / PIECE_BYTES));
}

function pieceOf(body: Uint8Array | null, piece: number): Uint8Array | null {
  if (body === null || piece >= piecesOf(body)) return null;
  return body.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
}

/** Bodies over drizzle. */
export function createLogBodies({ dialect }: SqlDatabase, db: Drizzle): LogBodyReader {
  return {
    async body(logId, part) {
      const column = logBodies[part];
      const rows = await db
        .select({ data: column })
        .from(logBodies)
        .where(and(eq(logBodies.logId, logId), isNotNull(column)))
        .orderBy(asc(logBodies.piece));
      return rows.length === 0 ? undefined : joined(rows.flatMap(({ data }) => data ?? []));
    },
    async bodyHead(logId, part, maxBytes) {
      const column = logBodies[part];
      // The cast counts bytes also where D1 was given text; PostgreSQL knows no BLOB.
      const bytes = dialect === 'sqlite' ? sql`CAST(${column} AS BLOB)` : sql`${column}`;
      // One byte more than wanted tells whether there is more.
      const start = sql<Uint8Array | null>`substr(${bytes}, 1, ${maxBytes + 1})`.mapWith(column);
      const rows = await db
        .select({ start })
        .from(logBodies)
        .where(and(eq(logBodies.logId, logId), eq(logBodies.piece, 0)));
      const found = rows[0]?.start ?? null;
      if (found === null) return undefined;
      return { bytes: found.subarray(0, maxBytes), complete: found.length <= maxBytes };
    },
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
