import { z } from 'zod';

/** The field `headers`: the JSON text of an object of names and values. What is wrong is told without any value. */
export const headers: z.ZodType<Readonly<Record<string, string>>> = z
  .string()
  .max(16_384)
  .meta({ examples: ['{"x-team":"search"}'], description: 'JSON text: names and values.' })
  .transform((text, c) => {
    const parsed = text.trim() === '' ? {} : objectOf(text);
    const fault = parsed === undefined ? 'must be the JSON text of an object of names and values' : faultOf(parsed);
    if (parsed !== undefined && fault === undefined) {
      return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name.toLowerCase(), String(value)]));
    }
    c.addIssue({ code: 'custom', message: `"headers" ${fault}. Write it like {"x-team": "search"}, as text.` });
    return z.NEVER;
  });

/** The first header that holds a hint, as answers show in place of a secret, where there is no such hint. */
export function strangeHint(headers: Headers, shown: Headers): string | undefined {
  return Object.keys(headers).find((name) => headers[name]?.includes('…') && headers[name] !== shown[name]);
}

type Headers = Readonly<Record<string, string>>;

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function faultOf(headers: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    // RFC 9110 5.6.2.
    if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name)) return 'holds a name that no header can have';
    if (OWN.test(name)) return `sets "${name}", which the gateway does by itself`;
    // RFC 9110 5.5: another line would be another header.
    if (typeof value !== 'string' || !/^[\x20-\x7e…]*$/.test(value)) return `needs a line of plain text for "${name}"`;
  }
  return undefined;
}

const OWN =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect|accept-encoding|cf-aig-.*)$/i;
