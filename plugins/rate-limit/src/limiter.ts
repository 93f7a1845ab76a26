import {
  type Call,
  type Counters,
  type CounterVerdict,
  GatewayError,
  type MaybePromise,
  type Outcome,
  type PluginHost,
  type StateKey,
  stateKey,
} from '@sluice/core';
import { GuardedCounters } from './guarded-counters.ts';
import { refusal, type Standing, tellQuota } from './headers.ts';
import type { Rule } from './rules.ts';
import { RulesInForce } from './rules-in-force.ts';
import type { SubjectLookup } from './subject.ts';

export interface LimiterOptions {
  readonly counters: Counters;
  readonly failOpen: boolean;
  readonly host: Pick<PluginHost, 'now' | 'report' | 'digest'>;
  readonly tokenOf: SubjectLookup['tokenOf'];
}

/** Counts calls from their coming to their end. */
export class Limiter {
  readonly #host: LimiterOptions['host'];
  readonly #failOpen: boolean;
  readonly #counters: GuardedCounters;
  readonly #rules: RulesInForce;

  constructor({ counters, failOpen, host, tokenOf }: LimiterOptions) {
    this.#host = host;
    this.#failOpen = failOpen;
    this.#counters = new GuardedCounters(counters, {
      now: host.now,
      onOutage: (cause) => host.report(failOpen ? PASSING : REFUSING, cause),
    });
    this.#rules = new RulesInForce({ digest: host.digest, tokenOf }, host.report);
  }

  /** Throws when there is no room for the call. Without a promise where the counters answer without one. */
  admit(call: Call): MaybePromise<void> {
    const covering = this.#rules.covering(call);
    return covering instanceof Promise ? covering.then((rules) => this.#ask(call, rules)) : this.#ask(call, covering);
  }

  /** Adds how the tightest limit stands to the headers of an answer. */
  tell(call: Call, headers: Record<string, string>): void {
    const standings = call.state.get(admission)?.standings;
    if (standings !== undefined) tellQuota(headers, standings, this.#host.now());
  }

  /** The call is over: counts its tokens, and gives back its slots. */
  settle(call: Call, outcome: Outcome): MaybePromise<void> {
    const rules = call.state.get(admission)?.rules;
    if (rules === undefined) return;
    const slots = rules.filter(({ unit }) => unit === 'concurrency');
    const tokens = rules.filter(({ unit }) => unit === 'tokens');
    if (slots.length + tokens.length === 0) return;
    return this.#settle(call, slots, tokens, tokens.length === 0 ? 0 : tokensOf(outcome));
  }

  #ask(call: Call, rules: readonly Rule[]): MaybePromise<void> {
    if (rules.length === 0) return;
    const options = { now: this.#host.now(), lease: call.id };
    const verdict = this.#counters.ask((counters) => counters.take(demandsOf(rules), options));
    return verdict instanceof Promise
      ? verdict.then((answer) => this.#conclude(call, rules, answer))
      : this.#conclude(call, rules, verdict);
  }

  #conclude(call: Call, rules: readonly Rule[], verdict: CounterVerdict | undefined): void {
    const standings = verdict && paired(rules, verdict);
    if (standings !== undefined && !verdict?.allowed) throw refusal(standings, this.#host.now());
    // Counters that owe an answer may have counted all the same, so what was taken is given back in any case.
    call.state.set(admission, { rules, standings });
    if (verdict === undefined && !this.#failOpen) throw undecided(call);
  }

  async #settle(call: Call, slots: readonly Rule[], tokens: readonly Rule[], used: number): Promise<void> {
    const now = this.#host.now();
    if (slots.length > 0) {
      await this.#counters.ask((counters) => counters.release(demandsOf(slots), { now, lease: call.id }));
    }
    if (used > 0) {
      const demands = demandsOf(tokens).map((demand) => ({ ...demand, amount: used }));
      await this.#counters.ask((counters) => counters.add(demands, { now }));
    }
  }
}

/** What let a call in; without standings when the counters gave no answer. */
interface Admission {
  readonly rules: readonly Rule[];
  readonly standings: readonly Standing[] | undefined;
}

const admission: StateKey<Admission> = stateKey('rateLimit.admission');

const PASSING = 'The counters of rate limits give no answer. Calls pass uncounted until they do.';
const REFUSING = 'The counters of rate limits give no answer. Calls are refused with 503 until they do.';

function demandsOf(rules: readonly Rule[]): Rule['demand'][] {
  return rules.map(({ demand }) => demand);
}

function paired(rules: readonly Rule[], { standings }: CounterVerdict): readonly Standing[] {
  return rules.flatMap((rule, index) => {
    const standing = standings[index];
    return standing === undefined ? [] : [{ rule, standing }];
  });
}

/** Input and output; 0 for what is unknown, and for an answer that cost the vendor nothing. */
function tokensOf({ reply, facts }: Outcome): number {
  if (reply.source === 'cache' || facts.usage === null) return 0;
  return (facts.usage.inputTokens ?? 0) + (facts.usage.outputTokens ?? 0);
}

function undecided({ gateway }: Call): GatewayError {
  return new GatewayError(
    'unavailable',
    `nobody can tell whether gateway "${gateway.id}" is within its rate limit, because its counters give no answer. ` +
      'Try again in a moment.',
    { headers: { 'retry-after': '1' } },
  );
}
