export { createManagement, type ManagementOptions, type TokenVerifier, type VerifiedToken } from './management.ts';
export type { OidcOptions } from './oidc/options.ts';
