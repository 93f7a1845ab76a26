export { toBaseUrl } from './base-url.ts';
export { type CustomProviderOptions, customProvider } from './custom.ts';
export { providers } from './providers.ts';
