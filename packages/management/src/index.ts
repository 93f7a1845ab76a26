export { createManagement, type ManagementOptions, type TokenVerifier, type VerifiedToken } from './management.ts';
