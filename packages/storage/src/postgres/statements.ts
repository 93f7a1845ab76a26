import type { SqlValue, SqlWrite } from '../database.ts';
import type { PostgresConnection } from './connection.ts';
import { isAnswer } from './failure.ts';
import { inPieces } from './pieces.ts';
import { numbered } from './placeholders.ts';

/** Runs one statement and resolves to its rows. */
export async function runStatement(
  { sql }: PostgresConnection,
  text: string,
  params: readonly SqlValue[],
): Promise<unknown[][]> {
  // Prepared under a name, which the connection remembers by the text.
  const rows = await sql.unsafe(numbered(text), params.map(storable), { prepare: true }).values();
  // The client's own list of rows carries the statement and its connection along.
  return Array.from(rows);
}

/** Runs all of them as one transaction. They are sent without waiting, and only its end waits for them. */
export async function runTransaction(
  connection: PostgresConnection,
  writes: readonly SqlWrite[],
  statementLimitMs?: number,
): Promise<void> {
  const run = (text: string, params: readonly SqlValue[] = []): Promise<unknown> =>
    runStatement(connection, text, params);
  const sent = [run('BEGIN')];
  if (statementLimitMs !== undefined) sent.push(run(`SET LOCAL statement_timeout = ${statementLimitMs}`));
  for (const write of writes) {
    for (const { sql, params } of inPieces(write)) sent.push(run(sql, params));
  }
  const refused = await firstRefusal(sent);
  if (refused === undefined) return void (await run('COMMIT'));
  await run('ROLLBACK');
  throw refused;
}

/** Rejects as soon as the connection fails: what was not sent by then would be waited for in vain. */
async function firstRefusal(sent: readonly Promise<unknown>[]): Promise<unknown> {
  let first: unknown;
  const note = (error: unknown): void => {
    // Whoever closes the connection ends the transaction too.
    if (!isAnswer(error)) throw error;
    first ??= error;
  };
  await Promise.all(sent.map((answer) => answer.catch(note)));
  return first;
}

/** PostgreSQL's text takes every sign but this one. */
const NUL = '\0';

function storable(value: SqlValue): SqlValue {
  return typeof value === 'string' && value.includes(NUL) ? value.replaceAll(NUL, '\uFFFD') : value;
}
