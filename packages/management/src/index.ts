export { createManagement, type ManagementOptions, type TokenVerifier } from './management.ts';
