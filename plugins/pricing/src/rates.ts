import { over, type Ratio, toRatio } from './ratio.ts';

/** What a model costs, as an operator writes it: US dollars per million tokens. What is left out costs what its whole costs. */
export interface ModelPrice {
  readonly input?: number;
  readonly output?: number;
  /** Of input. */
  readonly cacheRead?: number;
  /** Of input. */
  readonly cacheWrite?: number;
  /** Of cache writes: kept for an hour. */
  readonly cacheWrite1h?: number;
  /** Of input. */
  readonly inputAudio?: number;
  /** Of input. */
  readonly inputImage?: number;
  /** Of output. */
  readonly reasoning?: number;
  /** Of output. */
  readonly outputAudio?: number;
  /** Of output. */
  readonly outputImage?: number;
  /** US dollars for each call. */
  readonly request?: number;
  /** US dollars for each unit that a protocol counts: `seconds`, `searches`, `images`, `characters`. */
  readonly units?: Readonly<Record<string, number>>;
}

/** Kinds of tokens with a price of their own. */
export type TokenKind = Exclude<keyof ModelPrice, 'request' | 'units'> | 'cachedAudio' | 'cachedImage';

/** A price per token in US dollars; from `start` input tokens on another one holds for the whole call. */
export interface Rate {
  readonly base: Ratio;
  readonly tiers: readonly { readonly start: number; readonly price: Ratio }[];
}

/** What a model costs, in exact US dollars per token, call and unit. */
export interface Rates {
  readonly tokens: Readonly<Partial<Record<TokenKind, Rate>>>;
  readonly request?: Ratio;
  readonly units: Readonly<Record<string, Ratio>>;
}

/** A price that is the same however long the prompt is. */
export function flat(price: Ratio): Rate {
  return { base: price, tiers: [] };
}

/** An operator's price list. Throws for a price that is no number of dollars. */
export function toRates(name: string, { request, units = {}, ...perMillion }: ModelPrice): Rates {
  const tokens = Object.entries(perMillion).map(([kind, price]) => [
    kind,
    flat(over(dollars(`${name}.${kind}`, price), 1_000_000)),
  ]);
  const perUnit = Object.entries(units).map(([unit, price]) => [unit, dollars(`${name}.units.${unit}`, price)]);
  return {
    tokens: Object.fromEntries(tokens),
    units: Object.fromEntries(perUnit),
    ...(request !== undefined && { request: dollars(`${name}.request`, request) }),
  };
}

function dollars(name: string, price: number): Ratio {
  if (typeof price === 'number' && Number.isFinite(price) && price >= 0) return toRatio(price);
  throw new TypeError(`The price ${name} is ${String(price)}. Write US dollars as a number that is not below zero.`);
}
