import { calcPrice, type ModelPrice as PublishedPrice, type TieredPrices } from '@pydantic/genai-prices';
import type { Rate, Rates, TokenKind } from './rates.ts';
import { over, type Ratio, toRatio } from './ratio.ts';
import { priceTableId, priceTableModel } from './vendors.ts';

/** What a vendor publishes for a model at a time (milliseconds since 1970); undefined when the table has no such model. */
export type PublishedRates = (provider: string, model: string, at: number) => Rates | undefined;

/**
 * The price table that comes with the package, with a memory: finding a model takes dozens of pattern matches. It is
 * data in the bundle and never fetched.
 */
export function publishedRates(): PublishedRates {
  const found = new Map<string, Rates | Lookup | undefined>();
  return (provider, model, at) => {
    const key = `${provider}/${model}`;
    if (!found.has(key)) {
      if (found.size >= MAX_REMEMBERED) found.clear();
      found.set(key, find(provider, model));
    }
    const entry = found.get(key);
    return typeof entry === 'function' ? entry(at) : entry;
  };
}

/** Models are named by clients, so the memory has a limit. */
const MAX_REMEMBERED = 1000;

/** For models whose price depends on the date or the time of day. */
type Lookup = (at: number) => Rates | undefined;

function find(provider: string, given: string): Rates | Lookup | undefined {
  const providerId = priceTableId(provider, given);
  if (providerId === undefined) return undefined;
  const model = priceTableModel(provider, given);
  const hit = calcPrice({}, model, { providerId });
  if (hit === null) return undefined;
  if (!Array.isArray(hit.model.prices)) return fromPublished(hit.model_price);
  const only = { ...hit.provider, models: [hit.model] };
  return (at) => {
    const price = calcPrice({}, model, { provider: only, timestamp: new Date(at) })?.model_price;
    return price === undefined ? undefined : fromPublished(price);
  };
}

/** Names of the table for what we price; the number is how many units its price is for. */
const TOKEN_KEYS: Readonly<Record<TokenKind, string>> = {
  input: 'input_mtok',
  cacheRead: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  cacheWrite1h: 'cache_write_1h_mtok',
  inputAudio: 'input_audio_mtok',
  inputImage: 'input_image_mtok',
  cachedAudio: 'cache_audio_read_mtok',
  cachedImage: 'cache_image_read_mtok',
  output: 'output_mtok',
  reasoning: 'output_reasoning_mtok',
  outputAudio: 'output_audio_mtok',
  outputImage: 'output_image_mtok',
};

function fromPublished(price: PublishedPrice): Rates {
  const tokens: Partial<Record<TokenKind, Rate>> = {};
  for (const [kind, key] of Object.entries(TOKEN_KEYS)) {
    const rate = toRate(price[key]);
    if (rate !== undefined) tokens[kind as TokenKind] = rate;
  }
  const request = each(price.requests_kcount, 1000);
  const searches = each(price.web_searches_kcount ?? price.rerank_searches_kcount, 1000);
  const seconds = each(price.input_audio_hours ?? price.audio_hours, 3600);
  return {
    tokens,
    units: { ...(searches && { searches }), ...(seconds && { seconds }) },
    ...(request && { request }),
  };
}

function toRate(price: number | TieredPrices | undefined): Rate | undefined {
  if (price === undefined) return undefined;
  if (typeof price === 'number') return { base: perToken(price), tiers: [] };
  const tiers = price.tiers.map((tier) => ({ start: tier.start, price: perToken(tier.price) }));
  return { base: perToken(price.base), tiers: tiers.sort((a, b) => a.start - b.start) };
}

function perToken(perMillion: number): Ratio {
  return over(toRatio(perMillion), 1_000_000);
}

function each(price: number | TieredPrices | undefined, count: number): Ratio | undefined {
  return typeof price === 'number' ? over(toRatio(price), count) : undefined;
}
