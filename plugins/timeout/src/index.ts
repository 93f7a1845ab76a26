export { timeout } from './timeout.ts';
