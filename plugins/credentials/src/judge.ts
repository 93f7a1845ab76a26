import { type Call, GatewayError, type Reply, retryAfter } from '@sluice/core';
import { UnusableKey } from './refusals.ts';
import { isAws, isGoogle } from './vendors.ts';

/** What an answer says against the key it was asked with. */
export interface Verdict {
  /** How long the key should rest, in milliseconds. */
  readonly restMs: number;
  /** The rest grows when the same is said again. */
  readonly grows: boolean;
  /** Another key may well be answered. */
  readonly isRescuable: boolean;
}

/** Undefined when there is nothing to say against the key. */
export function judge(answer: Reply | GatewayError, call: Call, now: number): Verdict | undefined {
  if (answer instanceof UnusableKey) return REFUSED;
  // The vendor was not asked, because calls with this key kept failing. Calls with another may do well.
  if (answer instanceof GatewayError) return LEFT_ALONE;
  switch (statusOf(answer)) {
    case 401:
    // Nothing is left on the account of the key.
    case 402:
      return REFUSED;
    case 403:
      // AWS says 403 to a key it does not know; others to a key that may not do this one thing, or to what is asked.
      return isAws(call.provider) ? REFUSED : FORBIDDEN;
    case 429:
      return { restMs: limitedFor(answer, now), grows: false, isRescuable: true };
    case 400:
      return isGoogle(call.provider) && saysKeyIsInvalid(answer) ? REFUSED : undefined;
    default:
      return undefined;
  }
}

const REFUSED: Verdict = { restMs: 5 * 60_000, grows: true, isRescuable: true };
const FORBIDDEN: Verdict = { restMs: 30_000, grows: false, isRescuable: false };
/** The circuit itself knows for how long, so nothing is noted of it. */
const LEFT_ALONE: Verdict = { restMs: 0, grows: false, isRescuable: true };
const LIMITED_MS = 30_000;
const LONGEST_MS = 60 * 60_000;

/** A stream that begins with an error has the status of that error. */
function statusOf(reply: Reply): number | undefined {
  return reply.type === 'stream' && reply.opensWith !== undefined ? reply.opensWith.status : reply.status;
}

function limitedFor({ headers }: Reply, now: number): number {
  return Math.min(retryAfter(headers, now) ?? LIMITED_MS, LONGEST_MS);
}

/** Google answers a wrong API key with 400, as it does everything else that is wrong with a call. */
function saysKeyIsInvalid(reply: Reply): boolean {
  return reply.type === 'bytes' && new TextDecoder().decode(reply.body).includes('API_KEY_INVALID');
}
