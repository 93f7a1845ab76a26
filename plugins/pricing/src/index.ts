export { type CallCost, callCost, type PricingOptions, pricing } from './pricing.ts';
export type { ModelPrice } from './rates.ts';
