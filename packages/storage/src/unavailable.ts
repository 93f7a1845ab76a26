import { GatewayError } from '@sluice/core';
import { StorageError } from './errors.ts';

/**
 * A read on the path of calls. When it fails and nothing is remembered, the caller hears that this will pass, instead of
 * an internal error. `what` completes the sentence "The database could not be asked for …".
 */
export type CallRead = <T>(what: string, read: () => Promise<T>) => Promise<T>;

/**
 * Reads for calls of one database. Once it has kept somebody waiting for a second it counts as silent: until it answers,
 * one read a second finds out whether it does and waits no longer than that, and the others fail at once.
 */
export function createCallRead(now: () => number): CallRead {
  let isSilent = false;
  let nextProbeAt = 0;
  const ask = async <T>(read: () => Promise<T>): Promise<T> => {
    const answer = await read();
    isSilent = false;
    return answer;
  };
  return async (what, read) => {
    const isProbe = isSilent;
    if (isProbe) {
      if (now() < nextProbeAt) throw unavailable(what);
      // By the clock, because on Workers a read may end with its request and tell nobody.
      nextProbeAt = now() + SILENCE_MS;
    }
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      isSilent = true;
      if (isProbe) reject(new Error(`No answer within ${SILENCE_MS} ms.`));
    }, SILENCE_MS);
    try {
      return await Promise.race([ask(read), late]);
    } catch (cause) {
      throw unavailable(what, cause);
    } finally {
      clearTimeout(timer);
    }
  };
}

const SILENCE_MS = 1000;

function unavailable(what: string, cause?: unknown): GatewayError {
  // Our own refusals say more than that the database failed.
  const message =
    cause instanceof StorageError ? cause.message : `The database could not be asked for ${what}. ${WAY_OUT}`;
  return new GatewayError('unavailable', message, { cause });
}

const WAY_OUT = 'Try again in a moment; if it stays, look at the database of Sluice.';
