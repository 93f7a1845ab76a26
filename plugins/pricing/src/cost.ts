import type { Usage } from '@sluice/core';
import { quantitiesOf } from './quantities.ts';
import type { Rate, Rates, TokenKind } from './rates.ts';
import { plus, type Ratio, times, toNanos, toRatio, ZERO } from './ratio.ts';

/**
 * What a usage costs at these rates, in 10⁻⁹ US dollars. Null when a count that has a price is unknown; of a partial
 * usage the known counts are priced, as long as there is one.
 */
export function costOf(usage: Usage, rates: Rates, partial: boolean): number | null {
  const facts = factsOf(rates);
  const isKnown = partial ? knowsSomething(usage) : knowsEverything(usage, facts);
  if (!isKnown) return null;
  const total = [...tokenCosts(usage, facts), ...unitCosts(usage, rates), rates.request ?? ZERO].reduce(plus);
  return toNanos(total);
}

/** What follows from rates alone. */
interface Facts {
  readonly needsInput: boolean;
  readonly needsOutput: boolean;
  readonly unitNames: readonly string[];
  /** Every kind that has a price, its own or its whole's. */
  readonly priced: readonly (readonly [kind: TokenKind, rate: Rate])[];
}

// The rates of a model are one object for as long as they are remembered.
const known = new WeakMap<Rates, Facts>();

function factsOf(rates: Rates): Facts {
  const found = known.get(rates);
  if (found !== undefined) return found;
  const facts: Facts = {
    needsInput: costsSomething(rates.tokens.input),
    needsOutput: costsSomething(rates.tokens.output),
    unitNames: Object.keys(rates.units),
    priced: KINDS.flatMap((kind) => {
      const rate = rateOf(kind, rates);
      return rate === undefined ? [] : [[kind, rate] as const];
    }),
  };
  known.set(rates, facts);
  return facts;
}

/** What a kind costs when it has no price of its own. */
const PARENTS: Readonly<Record<TokenKind, readonly TokenKind[]>> = {
  input: [],
  cacheRead: ['input'],
  cacheWrite: ['input'],
  cacheWrite1h: ['cacheWrite', 'input'],
  inputAudio: ['input'],
  inputImage: ['input'],
  cachedAudio: ['cacheRead', 'inputAudio', 'input'],
  cachedImage: ['cacheRead', 'inputImage', 'input'],
  output: [],
  reasoning: ['output'],
  outputAudio: ['output'],
  outputImage: ['output'],
};

const KINDS = Object.keys(PARENTS) as TokenKind[];

function tokenCosts(usage: Usage, { priced }: Facts): Ratio[] {
  const quantities = quantitiesOf(usage);
  const promptLength = usage.inputTokens ?? 0;
  const costs: Ratio[] = [];
  for (const [kind, rate] of priced) {
    const quantity = quantities[kind];
    if (quantity > 0) costs.push(times(toRatio(quantity), priceAt(rate, promptLength)));
  }
  return costs;
}

function rateOf(kind: TokenKind, { tokens }: Rates): Rate | undefined {
  const priced = [kind, ...PARENTS[kind]].find((candidate) => tokens[candidate] !== undefined);
  return priced === undefined ? undefined : tokens[priced];
}

function priceAt({ base, tiers }: Rate, promptLength: number): Ratio {
  return tiers.findLast(({ start }) => promptLength > start)?.price ?? base;
}

function unitCosts({ units = {} }: Usage, rates: Rates): Ratio[] {
  return Object.entries(units)
    .filter(([unit]) => Object.hasOwn(rates.units, unit))
    .map(([unit, quantity]) => times(toRatio(quantity), rates.units[unit] ?? ZERO));
}

function knowsSomething({ inputTokens, outputTokens, units }: Usage): boolean {
  return inputTokens !== null || outputTokens !== null || units !== undefined;
}

/** Embeddings have no output and no price for it; a transcription is billed by the second and has no tokens. */
function knowsEverything(usage: Usage, { needsInput, needsOutput, unitNames }: Facts): boolean {
  if (needsInput && usage.inputTokens === null) return false;
  if (needsOutput && usage.outputTokens === null) return false;
  if (needsInput || needsOutput) return true;
  return unitNames.length === 0
    ? knowsSomething(usage)
    : unitNames.some((unit) => usage.units !== undefined && Object.hasOwn(usage.units, unit));
}

function costsSomething(rate: Rate | undefined): boolean {
  return rate !== undefined && [rate.base, ...rate.tiers.map(({ price }) => price)].some(({ top }) => top > 0n);
}
