import { flat, type Rates } from './rates.ts';
import { type Ratio, toRatio } from './ratio.ts';

/** A client's own price of a call: the whole sum, or rates per token. */
export type CustomCost =
  | { readonly type: 'total'; readonly dollars: Ratio }
  | { readonly type: 'rates'; readonly rates: Rates };

/**
 * Reads `cf-aig-custom-cost`. Undefined for a header that is absent, no JSON object, names no price, or names one that
 * is no number of dollars: half a price would be a wrong one.
 */
export function readCustomCost(header: string | undefined): CustomCost | undefined {
  const prices = header === undefined ? undefined : pricesIn(header);
  if (prices === undefined) return undefined;
  if (prices.total_cost !== undefined) return { type: 'total', dollars: toRatio(prices.total_cost) };
  return {
    type: 'rates',
    rates: {
      // Cache tokens without a price of their own cost what input costs.
      tokens: {
        ...(prices.per_token_in !== undefined && { input: flat(toRatio(prices.per_token_in)) }),
        ...(prices.per_token_out !== undefined && { output: flat(toRatio(prices.per_token_out)) }),
        ...(prices.per_cache_read_token !== undefined && { cacheRead: flat(toRatio(prices.per_cache_read_token)) }),
        ...(prices.per_cache_write_token !== undefined && { cacheWrite: flat(toRatio(prices.per_cache_write_token)) }),
      },
      units: {},
    },
  };
}

const FIELDS = [
  'per_token_in',
  'per_token_out',
  'per_cache_read_token',
  'per_cache_write_token',
  'total_cost',
] as const;

type Prices = Partial<Record<(typeof FIELDS)[number], number>>;

function pricesIn(header: string): Prices | undefined {
  const parsed = parse(header);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const prices: Prices = {};
  for (const field of FIELDS) {
    const value: unknown = Object.hasOwn(parsed, field) ? Reflect.get(parsed, field) : undefined;
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
    prices[field] = value;
  }
  return Object.keys(prices).length === 0 ? undefined : prices;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
