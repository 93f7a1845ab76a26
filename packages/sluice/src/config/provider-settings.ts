import type { Provider } from '@sluice/core';
import { suggest } from '@sluice/core';
import { providers as builtIn, customProvider, PROVIDER_ALIASES, toBaseUrl } from '@sluice/providers';
import { ConfigError } from './config-error.ts';
import type { ConfigFile } from './config-file.ts';
import { baseUrlVariable, type Environment } from './environment.ts';

/** Who can be called, and where they are reached. */
export interface ProviderSetup {
  readonly providers: readonly Provider[];
  /** Addresses in place of the providers' own, by slug. */
  readonly baseUrls: Readonly<Record<string, string>>;
}

/** The built-in providers and the operator's own; an address in the environment beats one in the file. Throws `ConfigError`. */
export function setUpProviders(file: ConfigFile, env: Environment): ProviderSetup {
  const problems: string[] = [];
  const attempt = <T>(setting: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (cause) {
      problems.push(`${setting}: ${cause instanceof Error ? cause.message : cause}`);
      return undefined;
    }
  };
  const custom = Object.entries(file.customProviders ?? {}).flatMap(([slug, settings]) => {
    const made = attempt(`SLUICE_CONFIG: customProviders.${slug}`, () => customProvider({ slug, ...settings }));
    return made === undefined ? [] : [made];
  });
  const providers = [...builtIn, ...custom];
  const slugs = providers.map(({ id }) => id);
  problems.push(...unknownSlugs(Object.keys(file.providers ?? {}), slugs));
  const baseUrls: Record<string, string> = {};
  for (const slug of slugs) {
    for (const { setting, value } of wishesFor(slug, file, env)) {
      const url = attempt(setting, () => toBaseUrl(value));
      if (url !== undefined) baseUrls[slug] ??= url;
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { providers, baseUrls };
}

interface Wish {
  readonly setting: string;
  readonly value: string;
}

/** Where the operator wants this provider to be; the first wish wins. An alias follows the slug that it stands for. */
function wishesFor(slug: string, file: ConfigFile, env: Environment): readonly Wish[] {
  const original = PROVIDER_ALIASES[slug];
  const names = original === undefined ? [slug] : [slug, original];
  return [
    ...names.map((name) => ({ setting: baseUrlVariable(name), value: env(baseUrlVariable(name))?.trim() })),
    ...names.map((name) => ({ setting: `SLUICE_CONFIG: providers.${name}`, value: file.providers?.[name]?.baseUrl })),
  ].filter((wish): wish is Wish => wish.value !== undefined && wish.value !== '');
}

function unknownSlugs(wanted: readonly string[], slugs: readonly string[]): readonly string[] {
  return wanted
    .filter((slug) => !slugs.includes(slug))
    .map(
      (slug) =>
        `SLUICE_CONFIG: providers.${slug} is no provider. ${suggest(slug, slugs)} Your own go to customProviders.`,
    );
}
