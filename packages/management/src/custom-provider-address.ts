import { z } from 'zod';
import { privateAddress } from './private-address.ts';

export interface AddressRules {
  /** Take `http://` and addresses inside private networks too. */
  readonly allowPrivate: boolean;
}

/** The field `base_url`, in the form in which every notation of one address is alike, without a trailing slash. */
export function baseUrl(rules: AddressRules): z.ZodType<string> {
  return z
    .string()
    .max(2048)
    .meta({ examples: ['https://api.example.com/v1'] })
    .transform((text, c) => {
      const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
      const fault = url === undefined ? 'is not an absolute URL' : faultOf(url, rules);
      if (url !== undefined && fault === undefined) return url.href.replace(/\/+$/, '');
      c.addIssue({ code: 'custom', message: `"base_url" ${fault}. Write it like https://api.example.com/v1.` });
      return z.NEVER;
    });
}

function faultOf(url: URL, { allowPrivate }: AddressRules): string | undefined {
  const protocols = allowPrivate ? ['https:', 'http:'] : ['https:'];
  if (!protocols.includes(url.protocol))
    return allowPrivate ? 'is neither https nor http' : `must be https. ${WAY_OUT}`;
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  if (url.search !== '' || url.hash !== '') return 'holds a query or fragment';
  // What the parser leaves of braces would be taken for places to fill.
  if (/[{}]|%7b|%7d/i.test(url.href)) return 'holds braces, which nothing fills';
  const kind = allowPrivate ? undefined : privateAddress(url.href);
  return kind === undefined ? undefined : `leads to ${kind}. ${WAY_OUT}`;
}

const WAY_OUT =
  'Whoever runs this server can allow more with "security": { "allowPrivateProviders": true } in its configuration, or list the provider there';
