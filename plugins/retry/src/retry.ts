import {
  type Call,
  type CallPatch,
  type MaybePromise,
  type Next,
  type Plugin,
  type Reply,
  retryAfter,
  type StateKey,
  stateKey,
} from '@sluice/core';
import { clientLeft, pause, platformTimer, type Timer } from './pause.ts';
import { delayAfter, LONGEST_DELAY_MS, type Plan, planOf } from './plan.ts';
import { isLeftAlone, isPassing, isPassingError } from './retryable.ts';

export interface RetryOptions {
  /** A number from 0 up to 1, in place of the platform's. */
  readonly random?: () => number;
  /** Waits in place of the platform's timers. */
  readonly timer?: Timer;
}

/** Tries the same target again when it failed in a way that may pass, as long as the client has got nothing. */
export function retry({ random = Math.random, timer = platformTimer }: RetryOptions = {}): Plugin {
  return {
    name: 'retry',
    stage: 'route',
    setup: ({ now }) => ({
      handle(call, next) {
        const plan = planOf(call);
        if (plan.attempts > 1) return tryInTurn(call, next, plan, { now, random, timer });
        // Nobody counts the tries of a call that has but one.
        if (call.rescuable || call.step > 0) countTry(call);
        return next();
      },
    }),
  };
}

interface Surroundings {
  readonly now: () => number;
  readonly random: () => number;
  readonly timer: Timer;
}

/** How a try went: an answer, whatever it says, or none. */
type Result = { readonly reply: Reply } | { readonly error: unknown };

/** The tries of a client's whole call, all steps together. */
const tries: StateKey<number> = stateKey('retry.tries');

async function tryInTurn(call: Call, next: Next, plan: Plan, { now, random, timer }: Surroundings): Promise<Reply> {
  const { maxTotalAttempts = 10, maxTotalMs = 120_000 } = call.gateway.traffic?.retry ?? {};
  // Whoever is asked when this target fails needs a try too.
  const most = maxTotalAttempts - (call.rescuable ? 1 : 0);
  const latest = Math.min(call.timeouts.deadlineAt ?? Number.POSITIVE_INFINITY, call.receivedAt + maxTotalMs);
  for (let nth = 1; ; nth++) {
    const lastTry = (): MaybePromise<Reply> => (nth === 1 ? next() : next(withPatience(call)));
    if (countTry(call) >= most || nth >= plan.attempts) return lastTry();
    const result = await attempt(next);
    if (call.signal.aborted) {
      discard(result);
      throw clientLeft();
    }
    if (isRefused(result) && !call.rescuable) return lastTry();
    const waitMs = waitAfter(result, call, now(), () => delayAfter(nth, plan, random));
    if (waitMs === undefined || now() + waitMs >= latest) return settle(result);
    discard(result);
    if (waitMs > 0) await pause(waitMs, call.signal, timer);
  }
}

function countTry({ state }: Call): number {
  const count = (state.get(tries) ?? 0) + 1;
  state.set(tries, count);
  return count;
}

async function attempt(next: Next): Promise<Result> {
  try {
    return { reply: await next({ rescuable: true }) };
  } catch (error) {
    return { error };
  }
}

/**
 * The target was left alone because a try that can be made good may be refused. Where nothing but this target can answer,
 * that was only our own next try, and the last one is not refused.
 */
function isRefused(result: Result): boolean {
  return 'error' in result && isLeftAlone(result.error);
}

/** Milliseconds to the next try, or undefined when it would be in vain or unwelcome. */
function waitAfter(result: Result, call: Call, now: number, delay: () => number): number | undefined {
  if ('error' in result) return isPassingError(result.error) ? delay() : undefined;
  if (!isPassing(result.reply, call)) return undefined;
  const wanted = retryAfter(result.reply.headers, now) ?? 0;
  return wanted > LONGEST_DELAY_MS ? undefined : Math.max(wanted, delay());
}

/** On its last try a call waits as long as the gateway lets it (the wire's own rule), unless a fallback stands behind. */
function withPatience({ rescuable, timeouts }: Call): CallPatch | undefined {
  const { clientFirstByteMs, ...rest } = timeouts;
  return rescuable || clientFirstByteMs === undefined ? undefined : { timeouts: rest };
}

function settle(result: Result): Reply {
  if ('error' in result) throw result.error;
  return result.reply;
}

/** Nobody reads this answer; its upstream must not go on sending. */
function discard(result: Result): void {
  if ('reply' in result && result.reply.type === 'stream') result.reply.body.cancel();
}
