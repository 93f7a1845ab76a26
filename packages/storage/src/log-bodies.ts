import type { LogEntry } from '@sluice/core';
import { and, asc, eq, sql } from 'drizzle-orm';
import type { SqlValue } from './database.ts';
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
  /** At most `maxBytes` (up to 1 MiB) from the start, without reading the rest. */
  bodyHead(logId: string, part: BodyPart, maxBytes: number): Promise<BodyHead | undefined>;
}

/** Half of what D1 takes in one value. */
const PIECE_BYTES = 1024 * 1024;

/** Keeps nothing for a row that is already written: its bodies came with it. */
export const INSERT_BODY: string =
  'INSERT INTO log_bodies (log_id, part, piece, data) SELECT ?, ?, ?, ? ' +
  'WHERE NOT EXISTS (SELECT 1 FROM logs WHERE id = ?) ON CONFLICT DO NOTHING';

/** The parameters of `INSERT_BODY`, one row per piece. */
export function bodyRows({ record, bodies }: LogEntry): SqlValue[][] {
  if (bodies === null) return [];
  return [...pieceRows(record.id, 'request', bodies.request), ...pieceRows(record.id, 'response', bodies.response)];
}

function pieceRows(logId: string, part: BodyPart, body: Uint8Array | null): SqlValue[][] {
  if (body === null) return [];
  // An empty body is kept too: one empty piece.
  const pieces = Math.max(1, Math.ceil(body.length / PIECE_BYTES));
  return Array.from({ length: pieces }, (_, piece) => {
    const data = body.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
    return [logId, part, piece, data, logId];
  });
}

/** Bodies over drizzle. */
export function createLogBodies(db: Drizzle): LogBodyReader {
  return {
    async body(logId, part) {
      const rows = await db
        .select({ data: logBodies.data })
        .from(logBodies)
        .where(isPart(logId, part))
        .orderBy(asc(logBodies.piece));
      return rows.length === 0 ? undefined : joined(rows.map(({ data }) => data));
    },
    async bodyHead(logId, part, maxBytes) {
      // One byte more than wanted tells whether there is more. The cast counts bytes also where D1 was given text.
      const start = sql`substr(CAST(${logBodies.data} AS BLOB), 1, ${maxBytes + 1})`.mapWith(logBodies.data);
      const rows = await db
        .select({ start })
        .from(logBodies)
        .where(and(isPart(logId, part), eq(logBodies.piece, 0)));
      const found = rows[0]?.start;
      if (found === undefined) return undefined;
      return { bytes: found.subarray(0, maxBytes), complete: found.length <= maxBytes };
    },
  };
}

function isPart(logId: string, part: BodyPart) {
  return and(eq(logBodies.logId, logId), eq(logBodies.part, part));
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
