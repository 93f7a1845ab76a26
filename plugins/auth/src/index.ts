export { type AuthOptions, auth, authenticated, gatewayToken, type TokenVerdict, type VerifiedToken } from './auth.ts';
