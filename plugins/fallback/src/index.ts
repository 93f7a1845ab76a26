export { type FallbackOptions, fallback } from './fallback.ts';
export { type Payload, readSteps, type Step } from './read-steps.ts';
