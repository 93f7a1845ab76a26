import { expect } from 'vitest';
import { type ExpectedRow, expectRow } from './log-row.ts';
import type { Target } from './target.ts';
import { witness } from './witness.ts';

/**
 * Runs one call of a client: exactly one request must leave the process, to nowhere but the target, and where a gateway
 * keeps a log the call's row must tell the same story. The row is asked for after `call` has looked at the answer.
 */
export async function logged<T>(target: Target, expected: ExpectedRow, call: () => Promise<T>): Promise<T> {
  const { result, replies } = await witness(call);
  expect(replies.map((reply) => reply.origin)).toEqual([new URL(target.base('openai')).origin]);
  const [reply] = replies;
  expect(reply?.status).toBe(expected.status ?? 200);
  await expectLogged(target, reply?.headers, expected);
  return result;
}

/** Holds the row that the headers of an answer name against `expected`; content without a log to look into. */
export async function expectLogged(target: Target, headers: Headers | undefined, expected: ExpectedRow): Promise<void> {
  if (target.row === undefined) return;
  const id = headers?.get('cf-aig-log-id');
  expect(id, 'the answer names its row in cf-aig-log-id').toBeTypeOf('string');
  expectRow(await target.row(id ?? ''), expected);
}

/** What a promise is rejected with; an error when it is not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`Expected a rejection, got ${JSON.stringify(value)}.`);
}
