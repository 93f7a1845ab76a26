import { type CounterStanding, GatewayError } from '@sluice/core';
import type { Rule } from './rules.ts';

/** A rule that covers a call, and how it stands. */
export interface Standing {
  readonly rule: Rule;
  readonly standing: CounterStanding;
}

/** The answer to a call for which there is no room. */
export function refusal(standings: readonly Standing[], now: number): GatewayError {
  const full = latest(standings.filter(({ standing }) => !standing.hasRoom));
  const policy = standings.map(({ rule }) => policyOf(rule)).join(', ');
  if (full.rule.unit === 'concurrency') {
    return new GatewayError(
      'rate_limited',
      `${full.rule.sentence}, and as many are under way. Try again in a moment.`,
      {
        headers: { 'retry-after': '1', ...quota(full, SOON_SECONDS), 'ratelimit-policy': policy },
      },
    );
  }
  const seconds = secondsUntil(full.standing.resetsAt, now);
  return new GatewayError('rate_limited', `${full.rule.sentence}, and they are used up. Try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds), ...quota(full, seconds), 'ratelimit-policy': policy },
  });
}

/** Tells how the tightest rule stands, in the three fields of draft-ietf-httpapi-ratelimit-headers-06. */
export function tellQuota(headers: Record<string, string>, standings: readonly Standing[], now: number): void {
  const tightest = tightestOf(standings);
  if (tightest === undefined) return;
  // What an upstream says of itself under these names is not what counts here; its `x-ratelimit-*` are its own.
  for (const name in headers) if (name.startsWith('ratelimit')) delete headers[name];
  Object.assign(headers, quota(tightest, secondsUntil(tightest.standing.resetsAt, now)));
}

/** Nobody knows when a call that is under way ends. */
const SOON_SECONDS = 1;

function quota({ rule, standing }: Standing, resetSeconds: number): Record<string, string> {
  const { limit } = rule.demand;
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(Math.max(0, Math.floor(limit - standing.used))),
    'ratelimit-reset': String(resetSeconds),
  };
}

function policyOf({ unit, demand }: Rule): string {
  return unit === 'concurrency' ? `${demand.limit};comment="at a time"` : `${demand.limit};w=${demand.windowMs / 1000}`;
}

function latest([first, ...others]: readonly Standing[]): Standing {
  if (first === undefined) throw new Error('A call was refused although every rule has room.');
  return others.reduce((last, each) => (each.standing.resetsAt > last.standing.resetsAt ? each : last), first);
}

/** The one of which the smallest part is left. Slots come and go, so they say nothing about the next call. */
function tightestOf(standings: readonly Standing[]): Standing | undefined {
  let tightest: Standing | undefined;
  for (const each of standings) {
    if (each.rule.unit === 'concurrency') continue;
    if (tightest === undefined || shareLeft(each) < shareLeft(tightest)) tightest = each;
  }
  return tightest;
}

function shareLeft({ rule, standing }: Standing): number {
  return (rule.demand.limit - standing.used) / rule.demand.limit;
}

/** Never 0: at once would be too early. */
function secondsUntil(at: number, now: number): number {
  return Math.max(1, Math.ceil((at - now) / 1000));
}
