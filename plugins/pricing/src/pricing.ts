import { type Call, type Outcome, type Plugin, type StateKey, stateKey, type Usage } from '@sluice/core';
import { costOf } from './cost.ts';
import { type CustomCost, readCustomCost } from './custom-cost.ts';
import { type PublishedRates, publishedRates } from './published.ts';
import { type ModelPrice, type Rates, toRates } from './rates.ts';
import { toNanos, toRatio } from './ratio.ts';

/** What a call cost. */
export interface CallCost {
  /** 10⁻⁹ US dollars; null when unknown. */
  readonly nanos: number | null;
  /** The client said the price in `cf-aig-custom-cost`. */
  readonly custom: boolean;
}

export interface PricingOptions {
  /** Prices that go before the published ones, by `{provider}/{model}` or `{provider}/*`. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
}

/** The cost of a call, from its end on. */
export const callCost: StateKey<CallCost> = stateKey('pricing.cost');

/** What an answer from the cache would have cost upstream, in 10⁻⁹ US dollars; null when unknown. Only such calls have it. */
export const savedCost: StateKey<number | null> = stateKey('pricing.saved');

/**
 * Prices every call once it is over. The first of these that applies: a cached answer is free; the client's
 * `cf-aig-custom-cost`; the operator's price; what the vendor itself says the call cost; the published price.
 * Throws for an operator's price that is no number of dollars.
 */
export function pricing({ prices = {} }: PricingOptions = {}): Plugin {
  const own = new Map(Object.entries(prices).map(([name, price]) => [name, toRates(name, price)]));
  return {
    name: 'pricing',
    // Innermost, so that the cost stands in the state when the log's `end` reads it.
    stage: 'attempt',
    setup: () => {
      const published = publishedRates();
      return {
        end: (call, outcome) => {
          const cost = costOfCall(call, outcome, { own, published });
          if (outcome.reply.source !== 'cache') return call.state.set(callCost, cost);
          call.state.set(callCost, { nanos: 0, custom: false });
          call.state.set(savedCost, cost.nanos);
        },
      };
    },
  };
}

interface PriceLists {
  readonly own: ReadonlyMap<string, Rates>;
  readonly published: PublishedRates;
}

/** What the answer costs, or would have if it came from the cache. */
function costOfCall(call: Call, outcome: Outcome, lists: PriceLists): CallCost {
  const custom = readCustomCost(call.options.get('custom-cost'));
  return custom === undefined
    ? { nanos: knownCost(call, outcome, lists), custom: false }
    : { nanos: customCost(custom, outcome), custom: true };
}

function customCost(custom: CustomCost, { facts, partial, reply, status }: Outcome): number | null {
  if (custom.type === 'rates') return facts.usage === null ? null : costOf(facts.usage, custom.rates, partial);
  return reply.source !== 'gateway' && status < 400 ? toNanos(custom.dollars) : null;
}

function knownCost(call: Call, outcome: Outcome, { own, published }: PriceLists): number | null {
  const usage = billedUsage(call, outcome);
  if (usage === null) return null;
  // Behind an answer from the cache stand at most tries of earlier steps, which failed.
  const last = outcome.reply.source === 'cache' ? undefined : outcome.attempts.at(-1);
  const provider = last?.provider ?? call.provider.id;
  const models = modelsOf(call, outcome);
  const price = (rates: Rates): number | null => costOf(usage, rates, outcome.partial);
  const operators = first([...models, '*'], (model) => own.get(`${provider}/${model}`));
  if (operators !== undefined) return price(operators);
  const reported = reportedCost(usage);
  if (reported !== null) return reported;
  const rates = first(models, (model) => published(provider, model, call.receivedAt));
  return rates === undefined ? null : price(rates);
}

/** Image endpoints often state output tokens without saying that they are a picture's. */
function billedUsage({ target }: Call, { facts: { usage } }: Outcome): Usage | null {
  const isPicture = target.protocol?.operation === 'images';
  if (!isPicture || !usage?.outputTokens || usage.outputImageTokens !== undefined) return usage;
  return { ...usage, outputImageTokens: usage.outputTokens };
}

/** The model that answered, which may be a dated one, then the one asked for. */
function modelsOf(call: Call, { facts }: Outcome): readonly string[] {
  return [facts.model, call.request.model].filter((model) => model !== null);
}

/** A vendor's own bill knows discounts and routes that no table does. */
function reportedCost({ reportedCost: dollars }: Usage): number | null {
  return dollars === undefined || !Number.isFinite(dollars) || dollars < 0 ? null : toNanos(toRatio(dollars));
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
