import type { Provider } from '@sluice/core';
import { suggest } from '@sluice/core';
import { ConfigError } from './config-error.ts';
import type { ConfigFile } from './config-file.ts';

/** The operator's prices, each for a provider that exists: one that is never looked up would be a wrong bill. Throws `ConfigError`. */
export function checkPrices(
  prices: ConfigFile['prices'] = {},
  providers: readonly Provider[],
): NonNullable<ConfigFile['prices']> {
  const slugs = providers.map(({ id }) => id);
  const problems = Object.keys(prices).flatMap((name) => problemsOf(name, slugs));
  if (problems.length > 0) throw new ConfigError(problems);
  return prices;
}

function problemsOf(name: string, slugs: readonly string[]): readonly string[] {
  const [slug = '', ...model] = name.split('/');
  const place = `SLUICE_CONFIG: prices.${name}`;
  if (model.join('/') === '')
    return [`${place} names no model. Write "{provider}/{model}", or "{provider}/*" for all.`];
  return slugs.includes(slug) ? [] : [`${place} is for a provider that does not exist. ${suggest(slug, slugs)}`];
}
