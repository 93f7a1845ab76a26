export type { Timer } from './pause.ts';
export { type RetryOptions, retry } from './retry.ts';
