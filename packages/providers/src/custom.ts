import { GatewayError, type Provider } from '@sluice/core';
import { bothApis } from './apis.ts';
import { toBaseUrl } from './base-url.ts';
import { toProvider } from './row.ts';

export interface CustomProviderOptions {
  /** Lower case, digits and dashes; clients write `custom-{slug}`. */
  readonly slug: string;
  /** Any http(s) URL; what a client sends is appended to it unchanged. */
  readonly baseUrl: string;
  /** Headers that carry the credential; `authorization`, `x-api-key` and `api-key` unless told otherwise. */
  readonly credentialHeaders?: readonly string[];
  /** The word before a stored credential in `authorization`: `Bearer` unless set, empty for none. */
  readonly credentialScheme?: string;
  /** Sent where the client did not say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another one whenever answers that were cached before no longer count. */
  readonly revision?: string;
}

/**
 * A provider of the operator's own, `custom-{slug}`. Its answers are read as OpenAI's or Anthropic's, by the end of the
 * path. Throws `invalid_request` for a slug or base URL that can't be one.
 */
export function customProvider(options: CustomProviderOptions): Provider {
  const {
    slug,
    credentialHeaders = ['authorization', 'x-api-key', 'api-key'],
    credentialScheme,
    headers,
    revision,
  } = options;
  if (!/^[a-z\d](?:[a-z\d-]*[a-z\d])?$/.test(slug)) {
    throw new GatewayError(
      'invalid_request',
      `"${slug}" can't be the slug of a custom provider. Use lower-case letters, digits and dashes.`,
    );
  }
  const baseUrl = toBaseUrl(options.baseUrl);
  if (/[{}]/.test(baseUrl)) {
    throw new GatewayError('invalid_request', `Nothing fills the placeholders of ${baseUrl}. Write the whole address.`);
  }
  const provider = toProvider({
    id: `custom-${slug}`,
    baseUrl,
    credentials: credentialHeaders.map(lowerCase),
    ...(credentialScheme !== undefined && { scheme: credentialScheme }),
    path: 'verbatim',
    tails: bothApis,
    ...(headers && { defaultHeaders: lowerCaseNames(headers) }),
  });
  return revision === undefined ? provider : { ...provider, revision };
}

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [lowerCase(name), value]));
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}
