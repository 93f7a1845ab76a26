export { type CallCost, callCost, type PricingOptions, pricing, savedCost } from './pricing.ts';
export type { ModelPrice } from './rates.ts';
