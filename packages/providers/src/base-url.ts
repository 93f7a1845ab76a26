import { GatewayError } from '@sluice/core';

/** What a path rule knows to fill the `{placeholders}` of a base URL with. Checked by the rule: no slashes, no dots of its own. */
export type Values = Readonly<Record<string, string>>;

/**
 * Puts values in the places of a base URL that ask for them; values nobody asks for are left out, so an operator's
 * plain `http://127.0.0.1:9` serves every provider. Throws `invalid_path` for a place that stays empty.
 */
export function fillBaseUrl(baseUrl: string, values: Values, providerId: string): string {
  if (!baseUrl.includes('{')) return baseUrl;
  return baseUrl.replace(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    const variable = `SLUICE_PROVIDER_${providerId.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
    throw new GatewayError(
      'invalid_path',
      `Provider "${providerId}" has no complete address: {${name}} of ${baseUrl} is unknown. Set its base URL (${variable}).`,
    );
  });
}

/**
 * An operator's base URL in the form the engine wants: absolute, http or https, without trailing slash. Placeholders
 * may stay. Throws `invalid_request` for one with credentials, a query or a fragment.
 */
export function toBaseUrl(text: string): string {
  const trimmed = text.trim().replace(/\/+$/, '');
  // A brace is not allowed in a host name, so the check looks at a filled example.
  const example = parse(trimmed.replace(PLACEHOLDER, 'x'));
  const fault = example === undefined ? 'is not an absolute http(s) URL' : faultOf(example);
  if (fault !== undefined) {
    throw new GatewayError('invalid_request', `The base URL ${fault}. Write it like https://api.example.com/v1.`);
  }
  return trimmed;
}

const PLACEHOLDER = /\{(\w+)\}/g;

function parse(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function faultOf(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is neither http nor https';
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  if (url.search !== '' || url.hash !== '') return 'holds a query or fragment';
  return undefined;
}
