import type { Call } from '../contracts/call.ts';
import { GatewayError } from '../errors.ts';

/** The longest timer: one of more milliseconds than fit in 31 bits fires at once. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/** Milliseconds until the call has to be over. */
export function timeLeft({ timeouts }: Call, now: number): number {
  return Math.min((timeouts.deadlineAt ?? Number.POSITIVE_INFINITY) - now, LONGEST_MS);
}

/** Runs a task when the call's time is up, unless the returned function is called first. */
export function atDeadline(call: Call, now: number, task: () => void): () => void {
  if (call.timeouts.deadlineAt === undefined) return () => {};
  const timer = setTimeout(task, Math.max(0, timeLeft(call, now)));
  return () => clearTimeout(timer);
}

/** The call took longer than it may in all. */
export function deadlinePassed({ provider }: Call): GatewayError {
  return new GatewayError(
    'upstream_timeout',
    `${provider.id} did not finish within the time that the whole call has. Try again, or raise the time limit totalMs.`,
  );
}
