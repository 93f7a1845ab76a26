import type { Call, GatewaySettings, MaybePromise, PluginHost } from '@sluice/core';
import { type Rule, readRules } from './rules.ts';
import type { SubjectLookup } from './subject.ts';

/** The rules of gateways, read once for each version of their settings. */
export class RulesInForce {
  readonly #lookup: SubjectLookup;
  readonly #report: PluginHost['report'];
  readonly #read = new WeakMap<GatewaySettings, readonly Rule[]>();
  readonly #reported = new Set<string>();

  constructor(lookup: SubjectLookup, report: PluginHost['report']) {
    this.#lookup = lookup;
    this.#report = report;
  }

  /** The rules that cover a call, with the keys of its own counts. */
  covering(call: Call): MaybePromise<readonly Rule[]> {
    const rules = this.#rulesOf(call.gateway);
    if (rules.every(({ subject }) => subject === undefined)) return rules;
    const covering = rules.map((rule) => this.#covering(rule, call));
    return covering.some((rule) => rule instanceof Promise)
      ? Promise.all(covering).then(known)
      : known(covering as (Rule | undefined)[]);
  }

  #covering(rule: Rule, call: Call): MaybePromise<Rule | undefined> {
    if (rule.subject === undefined) return rule;
    const value = rule.subject(call, this.#lookup);
    return value instanceof Promise ? value.then((text) => keyed(rule, text)) : keyed(rule, value);
  }

  #rulesOf(gateway: GatewaySettings): readonly Rule[] {
    const kept = this.#read.get(gateway);
    if (kept !== undefined) return kept;
    const { rules, problems } = readRules(gateway);
    this.#read.set(gateway, rules);
    for (const problem of problems) this.#reportOnce(problem);
    return rules;
  }

  #reportOnce(problem: string): void {
    if (this.#reported.has(problem)) return;
    this.#reported.add(problem);
    this.#report(problem);
  }
}

function keyed(rule: Rule, value: string | undefined): Rule | undefined {
  if (value === undefined) return undefined;
  return { ...rule, demand: { ...rule.demand, key: rule.demand.key + value } };
}

function known(rules: readonly (Rule | undefined)[]): readonly Rule[] {
  return rules.filter((rule) => rule !== undefined);
}
