export { type AuthOptions, auth, authenticated } from './auth.ts';
