export { toBaseUrl } from './base-url.ts';
export { type CustomProviderOptions, customProvider } from './custom.ts';
export {
  CREDENTIAL_HEADERS,
  CREDENTIAL_QUERY_PARAMETERS,
  PROVIDER_ALIASES,
  providers,
} from './providers.ts';
