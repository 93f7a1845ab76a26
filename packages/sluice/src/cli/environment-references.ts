import type { AccountConfig } from '@sluice/management';
import { CliError } from './cli-error.ts';

/** The file with each `{ "env": "NAME" }` replaced by what the variable holds. Says all that are missing at once. */
export function withEnvironment(config: AccountConfig, env: (name: string) => string | undefined): AccountConfig {
  const missing: string[] = [];
  const resolved = (value: unknown, place?: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => resolved(item));
    if (typeof value !== 'object' || value === null) return value;
    // Headers as a whole are none: one of them may be called "env".
    if (place !== 'headers' && isReference(value)) {
      const found = env(value.env);
      if (!found) missing.push(value.env);
      return found;
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, name)]));
  };
  const file = resolved(config) as AccountConfig;
  if (missing.length > 0) {
    throw new CliError(`The file refers to variables that are not set: ${[...new Set(missing)].join(', ')}.`);
  }
  return file;
}

function isReference(value: object): value is { readonly env: string } {
  return Object.keys(value).length === 1 && 'env' in value && typeof value.env === 'string';
}
