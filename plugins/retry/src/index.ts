export type { Timer } from './pause.ts';
export { anotherCredential, type RetryOptions, retry } from './retry.ts';
