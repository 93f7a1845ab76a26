export { type CredentialsOptions, credentials } from './credentials.ts';
