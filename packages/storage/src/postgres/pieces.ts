import type { SqlValue, SqlWrite } from '../database.ts';

/** A statement and what it is run with. */
export interface Piece {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/**
 * Cuts a write into statements. An INSERT of one row becomes one of 64 or 8 rows where there are that many: a third of the
 * time for a batch of log rows, and still only three texts to prepare.
 */
export function inPieces({ sql, rows }: SqlWrite): readonly Piece[] {
  const insert = rows.length < SMALL ? undefined : INSERT_OF_ONE.exec(sql);
  if (insert === undefined || insert === null) return rows.map((params) => ({ sql, params }));
  const [, start = '', tuple = '', rest = ''] = insert;
  const pieces: Piece[] = [];
  for (let next = 0; next < rows.length; ) {
    const size = SIZES.find((wanted) => fits(rows, next, wanted)) ?? 1;
    const params = rows.slice(next, next + size).flat();
    pieces.push({ sql: start + Array(size).fill(tuple).join(', ') + rest, params });
    next += size;
  }
  return pieces;
}

const SMALL = 8;
const SIZES = [64, SMALL];

/** A statement's values are put together in memory, twice their size where they are bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Placeholders without numbers, in one list of values and nowhere else. */
const INSERT_OF_ONE = /^(INSERT INTO [^()?']+\([^()?']+\) VALUES )(\([^()']+\))([^?]*)$/;

function fits(rows: readonly (readonly SqlValue[])[], start: number, count: number): boolean {
  if (start + count > rows.length) return false;
  let bytes = 0;
  for (let index = start; index < start + count; index++) {
    for (const value of rows[index] ?? []) bytes += typeof value === 'object' ? (value?.byteLength ?? 0) : 0;
    if (bytes > MAX_BYTES) return false;
  }
  return true;
}
