import type { CounterDemand, GatewaySettings, RateLimitRule } from '@sluice/core';
import { readSubject, type Subject } from './subject.ts';

/** One limit of a gateway, ready to be asked for. */
export interface Rule {
  readonly unit: RateLimitRule['unit'];
  /** What the counters are asked. The key of a rule with a subject still lacks the subject's value. */
  readonly demand: CounterDemand;
  /** Absent: one count for the whole gateway. */
  readonly subject?: Subject | undefined;
  /** How a client is told of it. */
  readonly sentence: string;
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** What is not in force, and why. */
  readonly problems: readonly string[];
}

/** The limits of a gateway: the published one first, then those of its traffic policies. */
export function readRules(gateway: GatewaySettings): RuleSet {
  const rules: Rule[] = publishedRule(gateway);
  const problems: string[] = [];
  const known = new Set<string>();
  for (const policy of gateway.traffic?.rateLimits ?? []) {
    const rule = policyRule(gateway, policy);
    const problem = typeof rule === 'string' ? rule : known.has(rule.demand.key) ? 'its id is taken' : undefined;
    if (problem !== undefined) problems.push(`Rate limit "${policy.id}" of ${nameOf(gateway)} is off: ${problem}.`);
    if (problem !== undefined || typeof rule === 'string') continue;
    known.add(rule.demand.key);
    rules.push(rule);
  }
  return { rules, problems };
}

/** A slot that nobody gives back, because its process was killed, is free after this. Milliseconds. */
const SLOT_MS = 10 * 60_000;

function publishedRule(gateway: GatewaySettings): Rule[] {
  const { rateLimitingLimit: limit, rateLimitingInterval: seconds, rateLimitingTechnique: technique } = gateway;
  if (!limit || !seconds) return [];
  const demand: CounterDemand = {
    key: keyOf(gateway, 'limit'),
    limit,
    windowMs: seconds * 1000,
    technique: technique ?? 'fixed',
    amount: 1,
  };
  return [{ unit: 'requests', demand, sentence: `${nameOf(gateway)} allows ${limit} requests in ${seconds} seconds` }];
}

/** The rule, or why it can't be one. */
function policyRule(gateway: GatewaySettings, policy: RateLimitRule): Rule | string {
  const { id, unit, limit, intervalSeconds: seconds, technique = 'fixed', per } = policy;
  const subject = per === undefined ? undefined : readSubject(per);
  if (per !== undefined && subject === undefined) {
    return `"${per}" is none of token, ip, metadata.{key} and header.{name}`;
  }
  const key = keyOf(gateway, 'rule', id, unit, per ?? '');
  const told = `rule "${id}" of ${nameOf(gateway)} allows ${limit}`;
  const forEach = per === undefined ? '' : ` for each ${per}`;
  if (unit === 'concurrency') {
    const windowMs = seconds ? seconds * 1000 : SLOT_MS;
    const demand: CounterDemand = { key, limit, windowMs, technique: 'concurrent', amount: 1 };
    return { unit, demand, subject, sentence: `${told} calls at a time${forEach}` };
  }
  if (!seconds) return 'it has no intervalSeconds';
  const demand: CounterDemand = {
    key,
    limit,
    windowMs: seconds * 1000,
    technique,
    // What a call will use is known when it is over, so tokens are asked for with 0 and added then.
    amount: unit === 'tokens' ? 0 : 1,
  };
  return { unit, demand, subject, sentence: `${told} ${unit} in ${seconds} seconds${forEach}` };
}

function nameOf({ id }: GatewaySettings): string {
  return `gateway "${id}"`;
}

/** What stands before the `|` is the scope: the counts of one gateway lie in one place. */
function keyOf({ account, id }: GatewaySettings, ...parts: string[]): string {
  return `${[account, id].map(encodeURIComponent).join('/')}|${['rate-limit', ...parts].map(encodeURIComponent).join('/')}/`;
}
