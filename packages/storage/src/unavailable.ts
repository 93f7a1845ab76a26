import { GatewayError } from '@sluice/core';
import { StorageError } from './errors.ts';

/**
 * A read on the path of calls. When it fails and nothing is remembered, the caller hears that this will pass, instead of
 * an internal error. `what` completes the sentence "The database could not be asked for …".
 */
export async function orUnavailable<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    // Our own refusals say more than that the database failed.
    const message =
      cause instanceof StorageError ? cause.message : `The database could not be asked for ${what}. ${WAY_OUT}`;
    throw new GatewayError('unavailable', message, { cause });
  }
}

const WAY_OUT = 'Try again in a moment; if it stays, look at the database of Sluice.';
