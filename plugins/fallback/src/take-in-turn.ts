import { type Call, GatewayError, type Next, type PluginHost, type Reply } from '@sluice/core';
import { type ContextWindow, isOverflow, mayFit } from './context-window.ts';
import { failureOf } from './failure.ts';
import { type PlannedStep, patchOf } from './plan.ts';
import { isRefusal } from './refusal.ts';

/** What the steps of one call are taken with. */
export interface Trip {
  readonly call: Call;
  readonly next: Next;
  readonly host: Pick<PluginHost, 'now' | 'report'>;
  readonly contextWindow: ContextWindow;
}

/**
 * Takes one step after the other until one answers. When none does, the last outcome that came from a vendor is told:
 * that a provider was not even asked says less.
 */
export async function takeInTurn(steps: readonly PlannedStep[], trip: Trip): Promise<Reply> {
  const tooSmall: PlannedStep[] = [];
  let last: Outcome | undefined;
  let told: Outcome | undefined;
  let asked = 0;
  const fits = (step: PlannedStep): boolean => tooSmall.every((small) => mayFit(step, small, trip.contextWindow));
  for (const step of steps) {
    if (!fits(step)) continue;
    if (last !== undefined) {
      if (isOver(trip, asked)) break;
      told = leave(last, trip) ?? told;
    }
    const isLast = !steps.slice(step.index + 1).some(fits);
    last = await take(step, isLast, trip);
    if (isFromVendor(last)) asked++;
    const verdict = isLast ? 'final' : judge(last);
    if (verdict === 'too long') tooSmall.push(step);
    if (verdict === 'final') break;
    if (trip.call.signal.aborted) throw clientLeft(last);
  }
  return settle(last === undefined || isFromVendor(last) ? last : (told ?? last));
}

/** How a step went. */
type Outcome =
  | { readonly type: 'reply'; readonly reply: Reply }
  | { readonly type: 'error'; readonly error: GatewayError };

async function take(step: PlannedStep, isLast: boolean, { call, next }: Trip): Promise<Outcome> {
  try {
    const reply = await next({ ...patchOf(step, call), rescuable: !isLast || call.rescuable });
    return { type: 'reply', reply };
  } catch (thrown) {
    // Anything else is a plugin's own failure, which another vendor would only hide.
    if (!(thrown instanceof GatewayError)) throw thrown;
    return { type: 'error', error: thrown };
  }
}

function judge(outcome: Outcome): 'final' | 'too long' | 'failed' {
  if (outcome.type === 'error') return NOBODY_LEFT.has(outcome.error.code) ? 'final' : 'failed';
  const failure = failureOf(outcome.reply);
  if (failure === undefined || isRefusal(failure)) return 'final';
  return isOverflow(failure) ? 'too long' : 'failed';
}

/** There is nobody to answer any more. */
const NOBODY_LEFT: ReadonlySet<string> = new Set(['client_closed', 'shutting_down']);

function isFromVendor(outcome: Outcome): boolean {
  return outcome.type === 'reply' || outcome.error.code.startsWith('upstream_');
}

/** No step begins when the call's time is up, or when as many vendors were asked as there may be tries in all. */
function isOver({ call, host }: Trip, asked: number): boolean {
  const { maxTotalMs = 120_000, maxTotalAttempts = 10 } = call.gateway.traffic?.retry ?? {};
  const latest = Math.min(call.timeouts.deadlineAt ?? Number.POSITIVE_INFINITY, call.receivedAt + maxTotalMs);
  return host.now() >= latest || asked >= maxTotalAttempts;
}

/** Goes on from an outcome, and hands it back when it can still be told later. */
function leave(outcome: Outcome, { host }: Trip): Outcome | undefined {
  if (outcome.type === 'error') {
    const { error } = outcome;
    if (error.code === 'internal')
      host.report('A step failed unexpectedly; the next one is taken.', error.cause ?? error);
  } else if (outcome.reply.type === 'stream') {
    outcome.reply.body.cancel();
    return undefined;
  }
  return isFromVendor(outcome) ? outcome : undefined;
}

function clientLeft(outcome: Outcome): GatewayError {
  if (outcome.type === 'reply' && outcome.reply.type === 'stream') outcome.reply.body.cancel();
  return new GatewayError('client_closed', 'The client closed the connection between two steps.');
}

function settle(outcome: Outcome | undefined): Reply {
  if (outcome === undefined) throw new Error('A call to the universal endpoint has no step.');
  if (outcome.type === 'error') throw outcome.error;
  return outcome.reply;
}
