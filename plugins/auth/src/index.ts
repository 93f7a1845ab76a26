export { type AuthOptions, auth, authenticated, gatewayToken, type VerifiedToken } from './auth.ts';
